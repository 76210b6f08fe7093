import { MAX_KNOTS, MIN_KNOTS } from './inverse-tone-curve.ts';
import type { LayeredHeader } from './layout.ts';

export const MAX_LAYERS = 32;
export const MAX_MODEL_ID = 64;
/** ITU-T H.273, table 3: the transfer function of SMPTE ST 2084, in which residuals are taken. */
export const TRANSFER_PQ = 16;

const MODEL_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const PRIMARIES = [1, 9, 12];
const U32 = 0xffffffff;

/** What is wrong with a header's values, in words, or null: one rule for who writes and who reads. */
export function headerComplaint(header: LayeredHeader): string | null {
  const { tile, inverseToneCurve } = header;
  if (!isModelId(header.modelId)) return 'the model id is not 1…64 of A–Z a–z 0–9 . _ -';
  if (header.modelDigest.length !== 32) return 'the model digest is not 32 bytes';
  if (!isSide(header.width) || !isSide(header.height)) return 'the size is not 1…65535 pixels a side';
  if (!PRIMARIES.includes(header.primaries)) return `the primaries ${header.primaries} are not 1, 9 or 12`;
  if (!isPositive(header.nitsPerUnit)) return 'the luminance scale is not a positive number';
  if (!Number.isFinite(Math.fround(header.headroom))) return 'the headroom is not finite';
  if (!isTileSide(tile.core, 16, 4096)) return 'the tile core is not a multiple of 16 up to 4096';
  if (![tile.encoder, tile.decoder, tile.post].every((halo) => isTileSide(halo, 0, 1024))) {
    return 'a tile halo is not a multiple of 16 up to 1024';
  }
  if (!inverseToneCurve.every((knots) => knots.length >= MIN_KNOTS && knots.length <= MAX_KNOTS)) {
    return 'an inverse tone curve does not have 2…256 knots';
  }
  if (header.layers.length > MAX_LAYERS) return `there are more than ${MAX_LAYERS} layers`;
  for (const layer of header.layers) {
    if (!isLength(layer.bytes)) return 'a layer is empty or too long';
    if (!isPositive(layer.range)) return "a layer's range is not a positive number";
  }
  if (header.gainMap !== null && !isLength(header.gainMap.bytes)) return 'the gain-map part is too long';
  return null;
}

/** An id is also the name of a folder, so that nothing else is let in. */
export function isModelId(id: string): boolean {
  return MODEL_ID.test(id);
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** The code has one position per 16 × 16 pixels, so that tiles are cut along those. */
function isTileSide(value: number, least: number, most: number): boolean {
  return value >= least && value <= most && value % 16 === 0;
}

function isPositive(value: number): boolean {
  const float32 = Math.fround(value);
  return Number.isFinite(float32) && float32 > 0;
}

function isLength(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= U32;
}
