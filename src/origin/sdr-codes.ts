import type { SdrPicture } from '../codec/picture.ts';
import { srgbEncode } from '../codec/srgb.ts';
import type { ScaledPicture } from './transform/index.ts';

/** Light of an SDR picture, 1.0 for white, as sRGB code values; what is above white is white. */
export function sdrCodes({ width, height, data: light }: ScaledPicture): SdrPicture {
  const data = new Uint8Array(light.length);
  for (let i = 0; i < light.length; i++) data[i] = Math.round(255 * srgbEncode(Math.min(light[i]!, 1)));
  return { width, height, data };
}
