import type { JpegCoder } from '../codec/jpeg-coder.ts';
import { encodeJpeg, type JpegEncodeOptions, type JpegPlanes } from '../codec/jpeg/index.ts';
import type { SdrPicture } from '../codec/picture.ts';
import { commonGainAt } from './common-gain.ts';
import { gainAt, pairOf, rangeOf, type Pair } from './gains.ts';
import { metadataOf, type GainMapMetadata } from './metadata.ts';

export interface GainMap {
  /** A JPEG of three channels in the size of its base, without metadata. */
  readonly jpeg: Uint8Array;
  readonly metadata: GainMapMetadata;
}

export interface GainMapOptions {
  /** What SDR white is in the units of the picture's light. */
  readonly white: number;
  /** log2(peak / SDR white), in stops. */
  readonly headroom: number;
  /** 1…100: that of the base. */
  readonly quality: number;
}

/** What the code values of a map mean, and how they are coded. */
interface Coding extends JpegEncodeOptions {
  readonly min: number;
  /** Stops that one code value stands for. */
  readonly scale: number;
  readonly subsampling: JpegPlanes['subsampling'];
}

/** Steps of the colour differences, in steps of luma, and up to which quality they have half the resolution (docs/gain-map.md). */
const CHROMA = 2.5;
/** Below this quality the steps of colour's detail are coarser still, twice as coarse after so many. */
const [DETAILED, DOUBLED] = [60, 45];
const BEST_WITH_HALF = 90;
const GREY = 128;

/**
 * The map from a base, as it is decoded, to the picture: so it also makes up for what coding took from the base, and a coarse base
 * with a map of full size is the cheapest way to a given quality. Colour is coded first; luma then leads each pixel to its own
 * luminance, whatever its coded colour has become.
 *
 * @param light (h, w, 3) in the primaries of the base
 */
export async function makeGainMap(
  base: SdrPicture,
  light: Float32Array,
  { white, headroom, quality }: GainMapOptions,
  coder: Pick<JpegCoder, 'decode'>,
): Promise<GainMap> {
  const pair = pairOf(base, light, white);
  const { min, max } = rangeOf(pair);
  const scale = (max - min) / 255;
  const step = mapStep(quality) / scale;
  const coding: Coding = {
    min,
    scale,
    subsampling: quality > BEST_WITH_HALF ? '4:4:4' : '4:2:0',
    lumaTable: table(step),
    chromaTable: table(CHROMA * step, CHROMA * step * 2 ** (Math.max(0, DETAILED - quality) / DOUBLED)),
  };
  const { width, height } = base;
  const chroma = colourDifferences(pair, coding);
  const flat = new Float32Array(width * height).fill(GREY);
  const { subsampling } = coding;
  const coded = await coder.decode(encodeJpeg({ width, height, y: flat, ...chroma, subsampling }, coding));
  const y = luma(pair, coded.data, coding);
  const jpeg = encodeJpeg({ width, height, y, ...chroma, subsampling }, coding);
  return { jpeg, metadata: metadataOf({ min, max }, headroom) };
}

/** Quantisation step of the map in stops: with it a base of this quality is neither too good nor too bad. */
export function mapStep(quality: number): number {
  return 0.15 * 2 ** ((80 - quality) / (quality > 80 ? 8 : 50));
}

/** One step for the means of blocks, and the same for all that is in them. */
function table(mean: number, detail = mean): Uint8Array {
  return Uint8Array.from({ length: 64 }, (_, i) =>
    Math.min(Math.max(Math.round(i === 0 ? mean : detail), 1), 255),
  );
}

/** Cb and Cr of the gains' code values (ITU-T T.871, clause 7), not rounded; the means of the pixels of a sample. */
function colourDifferences(pair: Pair, { min, scale, subsampling }: Coding): Pick<JpegPlanes, 'cb' | 'cr'> {
  const { width, height } = pair;
  const shift = subsampling === '4:2:0' ? 1 : 0;
  const across = (width + shift) >> shift;
  const samples = across * ((height + shift) >> shift);
  const [cb, cr, counts] = [new Float32Array(samples), new Float32Array(samples), new Uint8Array(samples)];
  const code = (i: number): number => Math.min(Math.max((gainAt(pair, i) - min) / scale, 0), 255);
  for (let row = 0, i = 0; row < height; row++) {
    for (let x = 0; x < width; x++, i += 3) {
      const [r, g, b] = [code(i), code(i + 1), code(i + 2)];
      const y = 0.299 * r + 0.587 * g + 0.114 * b;
      const at = (row >> shift) * across + (x >> shift);
      cb[at]! += (b - y) / 1.772;
      cr[at]! += (r - y) / 1.402;
      counts[at]!++;
    }
  }
  for (let at = 0; at < samples; at++) {
    cb[at] = GREY + cb[at]! / counts[at]!;
    cr[at] = GREY + cr[at]! / counts[at]!;
  }
  return { cb, cr };
}

/** @param coded (h, w, 3) of the colour differences on even grey, as a decoder sees them */
function luma(pair: Pair, coded: Uint8Array, { min, scale }: Coding): Float32Array {
  const y = new Float32Array(coded.length / 3);
  const factors = Float64Array.from({ length: 256 }, (_, code) => 2 ** ((code - GREY) * scale));
  const factor = (i: number): number => factors[coded[i]!]!;
  for (let p = 0; p < y.length; p++) {
    const gain = commonGainAt(pair, p, [factor(3 * p), factor(3 * p + 1), factor(3 * p + 2)]);
    y[p] = Math.min(Math.max((gain - min) / scale, 0), 255);
  }
  return y;
}
