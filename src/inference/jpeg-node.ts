import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import type { JpegCoder } from '../codec/jpeg-coder.ts';
import { MAX_JPEG_PIXELS } from './jpeg-check.ts';
import { wasmJpegDecoder } from './jpeg-web.ts';

/**
 * JPEG for Node: mozjpeg's encoder by sharp, and the decoder that the browser has too. sharp's own gives the same pixels
 * for whole JPEGs, at about twice the speed, but it also accepts damaged ones, and there the two differ: a base layer
 * must mean one thing only. `decode` throws JpegError.
 */
export function nodeJpegCoder({ maxPixels = MAX_JPEG_PIXELS }: { maxPixels?: number } = {}): JpegCoder {
  let decoder: ReturnType<typeof wasmJpegDecoder> | undefined;
  return {
    async encode({ width, height, data }, { quality, chroma }) {
      const jpeg = await sharp(data, { raw: { width, height, channels: 3 }, limitInputPixels: false })
        .jpeg({ quality, chromaSubsampling: chroma, mozjpeg: true })
        .toBuffer();
      return new Uint8Array(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
    },

    async decode(jpeg) {
      decoder ??= readFile(decoderFile()).then((wasm) => wasmJpegDecoder({ wasm, maxPixels }));
      return (await decoder).decode(jpeg);
    },
  };
}

function decoderFile(): string {
  const { resolve } = createRequire(import.meta.url);
  return resolve('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm');
}
