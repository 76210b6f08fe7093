import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import encode, { init } from '@jsquash/avif/encode.js';
import type { HdrPicture } from '../../codec/picture.ts';
import { FormatError } from '../errors.ts';
import { CICP, pqSamples } from './pq-samples.ts';

const BITS = 10;
/** The encoder's memory is that of a 32-bit wasm module; it takes about 40 bytes a pixel. */
const MOST_PIXELS = 40_000_000;
/** aom's presets: above some megapixels a client would wait minutes for a few percent. */
const [SPEED, SPEED_OF_LARGE, LARGE] = [6, 8, 2_000_000];
/** Not halved: its encoder filters chroma in PQ, which shows at the edge of lights. */
const YUV444 = 3;
const SAME_AS_COLOUR = -1;
const DEFAULT_QUALITY = 80;
const LOSSLESS = 100;

let wasm: Promise<WebAssembly.Module> | undefined;

/**
 * An AVIF of 10 bits, 4:4:4, in BT.2020 and PQ. By a wasm build of libavif and aom, since sharp's writes 8 bits.
 *
 * @param quality 1…100, libavif's; at 100 every code value is kept, for YCbCr would round it once more
 * @throws FormatError `too_large`
 */
export async function writeAvif(picture: HdrPicture, quality = DEFAULT_QUALITY): Promise<Uint8Array> {
  const { width, height } = picture;
  if (width * height > MOST_PIXELS) {
    throw new FormatError(
      'too_large',
      `an AVIF of ${width} × ${height} pixels is not written; ${MOST_PIXELS} pixels are`,
    );
  }
  wasm ??= compiled();
  // An instance for each picture: the memory of wasm only ever grows.
  await init(await wasm);
  const data = pqSamples(picture, 2 ** BITS - 1, 4);
  const options = {
    bitDepth: BITS,
    quality,
    lossless: quality === LOSSLESS,
    qualityAlpha: SAME_AS_COLOUR,
    speed: width * height > LARGE ? SPEED_OF_LARGE : SPEED,
    subsample: YUV444,
  } as const;
  return withCicp(new Uint8Array(await encode({ data, width, height }, options)));
}

async function compiled(): Promise<WebAssembly.Module> {
  const { resolve } = createRequire(import.meta.url);
  return WebAssembly.compile(await readFile(resolve('@jsquash/avif/codec/enc/avif_enc.wasm')));
}

/**
 * Says in the colr box what the samples are, which the encoder was not told (ISO/IEC 14496-12, 12.1.5): it goes before what the
 * bitstream says (AVIF 1.1, 2.2.1). Its matrix is the encoder's, and stays.
 */
function withCicp(avif: Uint8Array): Uint8Array {
  const at = Buffer.from(avif.buffer, avif.byteOffset, avif.byteLength).indexOf('colrnclx', 0, 'latin1') + 8;
  const view = new DataView(avif.buffer, avif.byteOffset, avif.byteLength);
  view.setUint16(at, CICP.primaries);
  view.setUint16(at + 2, CICP.transfer);
  return avif;
}
