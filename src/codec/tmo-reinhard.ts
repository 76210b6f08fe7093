import { luminance, percentile, sortedPositive } from './luminance.ts';
import type { HdrPicture, SdrPicture } from './picture.ts';
import { srgbEncode } from './srgb.ts';

const KEY = 0.18;

/**
 * The global operator of Reinhard et al., "Photographic Tone Reproduction for Digital Images", SIGGRAPH 2002,
 * equations 1, 2 and 4: key 0.18, white at the 99.5th percentile of the scaled luminance. It acts on luminance; the
 * ratios of the channels stay.
 *
 * @param picture linear BT.709
 * @param exposure stops by which it was made lighter: the paper's key then is so much larger, and white where it was
 */
export function reinhard(picture: HdrPicture, exposure = 0): SdrPicture {
  const { data: linear, width, height } = picture;
  const y = luminance(linear);
  const sorted = sortedPositive(y);
  let logs = 0;
  for (const value of sorted) logs += Math.log(value);
  const lighter = 2 ** exposure;
  const scale = sorted.length === 0 ? 1 : (lighter * KEY) / Math.exp(logs / sorted.length);
  const white = Math.max((percentile(sorted, 0.995) * scale) / lighter, Number.MIN_VALUE);

  const data = new Uint8Array(linear.length);
  for (let i = 0; i < y.length; i++) {
    const scaled = y[i]! * scale;
    const ratio = (scale * (1 + scaled / white ** 2)) / (1 + scaled);
    for (let c = 0; c < 3; c++) {
      const light = Math.min(Math.max(linear[3 * i + c]! * ratio, 0), 1);
      data[3 * i + c] = Math.round(255 * srgbEncode(light));
    }
  }
  return { width, height, data };
}
