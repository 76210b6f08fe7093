import type { SdrPicture } from '../codec/picture.ts';
import { srgbDecode } from '../codec/srgb.ts';

/** What is added to the light of base and picture before they are divided: a black base would have gains without end. */
export const OFFSET = 1 / 64;
/** The share of gains that lie below the range, and above it: a few hot pixels must not make it coarse for all others. */
const OUTLIERS = 1e-4;
/** Stops; nobody's light leaves them. */
const [LOWEST, HIGHEST] = [-16, 16];
const BINS_PER_STOP = 128;
/** Also a map of one value needs a range. */
const NARROWEST = 1;

/** A base and the picture that it is to become. */
export interface Pair {
  readonly width: number;
  readonly height: number;
  /** (h, w, 3) code values of the base, as a decoder sees them. */
  readonly codes: Uint8Array;
  /** Of the 256 code values: sRGB's light, 1.0 for SDR white, and the offset. */
  readonly shown: Float64Array;
  /** (h, w, 3) light of the picture in the primaries of the base. */
  readonly light: Float32Array;
  /** What SDR white is in the units of `light`. */
  readonly white: number;
  /** The most light that a channel of the picture has; 1.0 is SDR white. */
  readonly peak: number;
}

export function pairOf({ width, height, data: codes }: SdrPicture, light: Float32Array, white: number): Pair {
  const shown = Float64Array.from({ length: 256 }, (_, code) => srgbDecode(code / 255) + OFFSET);
  let peak = 0;
  for (const value of light) if (value > peak) peak = value;
  return { width, height, codes, shown, light, white, peak: peak / white };
}

/** log2 of what the base must be multiplied by, at index 3 × pixel + channel. */
export function gainAt({ codes, shown, light, white }: Pair, i: number): number {
  return Math.log2((Math.max(light[i]! / white, 0) + OFFSET) / shown[codes[i]!]!);
}

/** The range of the gains in stops, of all channels together: readers that know only one range are many. */
export function rangeOf(pair: Pair): { readonly min: number; readonly max: number } {
  const bins = (HIGHEST - LOWEST) * BINS_PER_STOP;
  const tally = new Uint32Array(bins);
  const count = pair.codes.length;
  for (let i = 0; i < count; i++) {
    const bin = Math.floor((gainAt(pair, i) - LOWEST) * BINS_PER_STOP);
    tally[Math.min(Math.max(bin, 0), bins - 1)]!++;
  }
  const outliers = Math.floor(OUTLIERS * count);
  const lowest = LOWEST + firstBeyond(tally, outliers) / BINS_PER_STOP;
  const max = HIGHEST - firstBeyond(tally.toReversed(), outliers) / BINS_PER_STOP;
  const min = Math.max(LOWEST, Math.min(lowest, max - NARROWEST));
  return { min, max: Math.max(max, min + NARROWEST) };
}

/** The first bin by which more than `count` values have come. */
function firstBeyond(tally: Uint32Array, count: number): number {
  let sum = 0;
  return tally.findIndex((n) => (sum += n) > count);
}
