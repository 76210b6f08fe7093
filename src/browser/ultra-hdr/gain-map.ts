import type { JpegCoder } from '../../codec/jpeg-coder.ts';
import { LUMA_BT709 } from '../../codec/luminance.ts';
import type { SdrPicture } from '../../codec/picture.ts';
import { gainAt, OFFSET, pairOf, rangeOf } from '../../gain-map/gains.ts';
import { metadataOf, type GainMap } from '../../gain-map/index.ts';
import { encodeRgbJpeg } from './rgb-jpeg.ts';

/**
 * The share of an error of green that red and blue make up for. As a JPEG rounds it, a map's luminance is 1 to 2 dB worse than
 * rounded to eight bits; with this share it is as good, and colours differ by 0.4 of ΔE ITP instead of 0.25, where 1 would be seen.
 */
const SHARE = 0.35;
/** Code values; more would be seen as colour. */
const MOST = 2;
const GREY = 128;
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
  // Green is most of luminance: what becomes of it is known before red and blue are coded.
  const flat = new Float32Array(pixels).fill(GREY);
  const alone = await coder.decode(encodeRgbJpeg({ width, height, red: flat, green, blue: flat }));
  for (let p = 0; p < pixels; p++) {
    const error = alone.data[3 * p + 1]! - green[p]!;
    const [r, g, b] = [weight(light, 3 * p, 0), weight(light, 3 * p, 1), weight(light, 3 * p, 2)];
    const owed = (-SHARE * g * error) / (r * r + b * b);
    red[p] = code(red[p]! + Math.min(Math.max(owed * r, -MOST), MOST));
    blue[p] = code(blue[p]! + Math.min(Math.max(owed * b, -MOST), MOST));
  }
  return {
    jpeg: encodeRgbJpeg({ width, height, red, green, blue }),
    metadata: metadataOf({ min, max }, headroom),
  };
}

function code(value: number): number {
  return Math.min(Math.max(value, 0), HIGHEST);
}

/** What a step of a channel's gain changes luminance by, up to a factor. */
function weight(light: Float32Array, at: number, channel: 0 | 1 | 2): number {
  return LUMA_BT709[channel] * (Math.max(light[at + channel]!, 0) + OFFSET);
}
