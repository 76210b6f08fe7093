import type { JpegCoder } from '../../codec/jpeg-coder.ts';
import { LUMA_BT709 } from '../../codec/luminance.ts';
import type { SdrPicture } from '../../codec/picture.ts';
import { gainAt, OFFSET, pairOf, rangeOf } from '../../gain-map/gains.ts';
import { metadataOf, type GainMap } from '../../gain-map/index.ts';
import { encodeRgbJpeg, type RgbPlanes } from './rgb-jpeg.ts';

/**
 * The share of an error of the channel that leads in luminance, which mostly is green, that the others make up for. As a JPEG rounds it, a map's luminance is 1 to 2 dB worse than
 * rounded to eight bits; with this share it is as good, and colours differ by 0.4 to 1 of ΔE ITP instead of 0.3 to 0.7, where 1 would just be seen.
 */
const SHARE = 0.35;
/** Code values; more would be seen as colour. */
const MOST = 2;
const BLOCK = 8;
const GREY = 128;
type Channel = 0 | 1 | 2;
const CHANNELS = [0, 1, 2] as const;
const OTHERS = [
  [1, 2],
  [0, 2],
  [0, 1],
] as const;
const HIGHEST = 255;

/**
 * The map from a base, as it is decoded, to a picture, as near as eight bits bring it: nobody pays for its bytes, which are made
 * where they are shown. (`makeGainMap` of `gain-map` weighs bytes.)
 *
 * @param light (h, w, 3) in the primaries of the base, 1.0 for SDR white
 * @param headroom log2(peak / SDR white), in stops
 */
export async function nearestGainMap(
  base: SdrPicture,
  light: Float32Array,
  headroom: number,
  coder: Pick<JpegCoder, 'decode'>,
): Promise<GainMap> {
  const { width, height } = base;
  const pair = pairOf(base, light, 1);
  const { min, max } = rangeOf(pair);
  const scale = HIGHEST / (max - min);
  const pixels = width * height;
  const [red, green, blue] = [new Float32Array(pixels), new Float32Array(pixels), new Float32Array(pixels)];
  for (let p = 0, i = 0; p < pixels; p++) {
    red[p] = code((gainAt(pair, i++) - min) * scale);
    green[p] = code((gainAt(pair, i++) - min) * scale);
    blue[p] = code((gainAt(pair, i++) - min) * scale);
  }
  const planes = [red, green, blue] as const;
  const leads = leadsOf(base, light);
  const alone = encodeRgbJpeg({ width, height, ...leadsAlone(planes, leads) });
  compensate(planes, leads, await coder.decode(alone), light);
  return {
    jpeg: encodeRgbJpeg({ width, height, red, green, blue }),
    metadata: metadataOf({ min, max }, headroom),
  };
}

type Planes = readonly [Float32Array, Float32Array, Float32Array];

/** Of each pixel the channel that leads in the luminance of its block of 8 × 8. */
function leadsOf({ width, height }: SdrPicture, light: Float32Array): Uint8Array {
  const across = Math.ceil(width / BLOCK);
  const sums = new Float64Array(3 * across * Math.ceil(height / BLOCK));
  const blockOf = (p: number): number =>
    Math.floor(Math.floor(p / width) / BLOCK) * across + Math.floor((p % width) / BLOCK);
  for (let p = 0; p < width * height; p++) {
    const at = 3 * blockOf(p);
    for (const channel of CHANNELS) sums[at + channel]! += weight(light, 3 * p, channel);
  }
  return Uint8Array.from({ length: width * height }, (_, p) => {
    const [r, g, b] = sums.subarray(3 * blockOf(p));
    return g! >= r! && g! >= b! ? 1 : r! >= b! ? 0 : 2;
  });
}

/** Nothing but what leads, so that coding it costs a third. */
function leadsAlone(planes: Planes, leads: Uint8Array): Pick<RgbPlanes, 'red' | 'green' | 'blue'> {
  const [red, green, blue] = planes.map((plane, channel) =>
    plane.map((value, p) => (leads[p] === channel ? value : GREY)),
  ) as [Float32Array, Float32Array, Float32Array];
  return { red, green, blue };
}

/**
 * Has the other two channels make up for what coding does to the one that leads. That one is left alone, and since blocks are coded one
 * by one its error will be the same again.
 */
function compensate(planes: Planes, leads: Uint8Array, { data }: SdrPicture, light: Float32Array): void {
  for (let p = 0; p < leads.length; p++) {
    const lead = leads[p] as Channel;
    const [a, b] = OTHERS[lead];
    const error = data[3 * p + lead]! - planes[lead][p]!;
    const [wa, wb] = [weight(light, 3 * p, a), weight(light, 3 * p, b)];
    const owed = (-SHARE * weight(light, 3 * p, lead) * error) / (wa * wa + wb * wb);
    planes[a][p] = code(planes[a][p]! + Math.min(Math.max(owed * wa, -MOST), MOST));
    planes[b][p] = code(planes[b][p]! + Math.min(Math.max(owed * wb, -MOST), MOST));
  }
}

function code(value: number): number {
  return Math.min(Math.max(value, 0), HIGHEST);
}

/** What a step of a channel's gain changes luminance by, up to a factor. */
function weight(light: Float32Array, at: number, channel: Channel): number {
  return LUMA_BT709[channel] * (Math.max(light[at + channel]!, 0) + OFFSET);
}
