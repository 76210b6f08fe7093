import { DEFAULT_QUALITY } from '../codec/encode.ts';
import { luminance, percentile, sortedPositive } from '../codec/luminance.ts';
import type { SdrPicture } from '../codec/picture.ts';
import { pqPlanes } from '../codec/pq.ts';
import { codeTonemapped } from '../codec/rate-optimised-base.ts';
import { srgbEncode } from '../codec/srgb.ts';
import { applyToneCurve, rateToneCurve } from '../codec/tmo-mai.ts';
import type { Variant } from '../delivery/variant.ts';
import type { ScaledPicture } from './transform/index.ts';

/**
 * The base of a picture whose exposure was changed by `ev` stops. A tone mapper looks at the picture that it is given and would
 * undo the change; so it looks here at the picture as it was, and what it decided on is done to the picture as it is. What is
 * too bright for it then is white, as on a display.
 */
export function exposedBase(
  picture: ScaledPicture,
  { ev = 0, tmo, q = DEFAULT_QUALITY }: Variant,
): Uint8Array {
  const before = { ...picture, data: picture.data.map((light) => light * 2 ** -ev) };
  const sdr = tmo === 'reinhard' ? exposedReinhard(before, ev) : exposedMai(before, picture);
  return codeTonemapped(sdr, q);
}

function exposedMai(before: ScaledPicture, picture: ScaledPicture): SdrPicture {
  const curve = rateToneCurve(pqPlanes(before.data, before.nitsPerUnit));
  const planes = pqPlanes(picture.data, picture.nitsPerUnit);
  return applyToneCurve(planes, curve, picture.width, picture.height);
}

const KEY = 0.18;

/**
 * Reinhard et al., "Photographic Tone Reproduction for Digital Images", SIGGRAPH 2002, equations 1, 2 and 4. Exposure is what the
 * paper calls the key; the smallest luminance that is white stays where it was.
 */
function exposedReinhard({ data: linear, width, height }: ScaledPicture, ev: number): SdrPicture {
  const y = luminance(linear);
  const sorted = sortedPositive(y);
  const logs = sorted.reduce((sum, value) => sum + Math.log(value), 0);
  const scale = sorted.length === 0 ? 1 : KEY / Math.exp(logs / sorted.length);
  const white = Math.max(percentile(sorted, 0.995) * scale, Number.MIN_VALUE);
  const exposed = scale * 2 ** ev;

  const data = new Uint8Array(linear.length);
  for (let i = 0; i < y.length; i++) {
    const scaled = y[i]! * exposed;
    const ratio = (exposed * (1 + scaled / white ** 2)) / (1 + scaled);
    for (let c = 0; c < 3; c++) {
      const light = Math.min(Math.max(linear[3 * i + c]! * ratio, 0), 1);
      data[3 * i + c] = Math.round(255 * srgbEncode(light));
    }
  }
  return { width, height, data };
}
