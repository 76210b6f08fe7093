import createLibjpegTurbo, { type LibjpegTurbo } from '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs';
import type { JpegCoder } from '../codec/jpeg-coder.ts';
import { checkJpeg, JpegError, MAX_JPEG_PIXELS } from './jpeg-check.ts';

export interface WasmJpegOptions {
  /** `libjpegturbowasm_decode.wasm` of the codec's package: its bytes, or where to fetch them. */
  readonly wasm: ArrayBuffer | Uint8Array | URL | string;
  readonly maxPixels?: number;
}

/** Above so many pixels the library is dropped after use: the heap of a wasm instance never shrinks. */
const KEEP_HEAP_PIXELS = 2 ** 24;

/**
 * libjpeg-turbo compiled to wasm (accurate integer DCT, fancy upsampling), for browsers, their workers and Node. A
 * browser's own decoder may round otherwise. `decode` throws JpegError.
 */
export async function wasmJpegDecoder({
  wasm,
  maxPixels = MAX_JPEG_PIXELS,
}: WasmJpegOptions): Promise<Pick<JpegCoder, 'decode'>> {
  const wasmBinary = typeof wasm === 'string' || wasm instanceof URL ? await fetchBytes(wasm) : wasm;
  let library: Promise<LibjpegTurbo> | undefined = createLibjpegTurbo({ wasmBinary });
  await library;

  return {
    async decode(jpeg) {
      const { width, height } = checkJpeg(jpeg, maxPixels);
      const turbo = await (library ??= createLibjpegTurbo({ wasmBinary }));
      if (width * height > KEEP_HEAP_PIXELS) library = undefined;
      try {
        return { width, height, data: decodeRgb(turbo, jpeg) };
      } catch (cause) {
        // A number is a C++ exception, from which the library recovers; after anything else (no memory) its heap is lost.
        if (typeof cause !== 'number') library = undefined;
        throw new JpegError('jpeg_damaged', 'The JPEG cannot be decoded.', { cause });
      }
    },
  };
}

/** (h, w, 3) code values; grey becomes R = G = B. TurboJPEG fails on whatever libjpeg warns of. */
function decodeRgb(turbo: LibjpegTurbo, jpeg: Uint8Array): Uint8Array {
  const decoder = new turbo.JPEGDecoder();
  try {
    decoder.getEncodedBuffer(jpeg.length).set(jpeg);
    decoder.decode();
    const pixels = new Uint8Array(decoder.getDecodedBuffer().buffer);
    return decoder.getFrameInfo().componentCount === 1 ? greyToRgb(pixels) : pixels;
  } finally {
    decoder.delete();
  }
}

function greyToRgb(grey: Uint8Array): Uint8Array {
  const rgb = new Uint8Array(grey.length * 3);
  for (let i = 0; i < grey.length; i++) rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = grey[i]!;
  return rgb;
}

async function fetchBytes(url: URL | string): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.toString()}: ${response.status} ${response.statusText}`);
  return response.arrayBuffer();
}
