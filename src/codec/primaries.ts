import type { HdrPicture, Primaries } from './picture.ts';

type Matrix = readonly [number, number, number, number, number, number, number, number, number];

/** Linear light of other primaries → BT.709, row by row; D65 throughout (ITU-R BT.2407 annex 2; CSS Color 4 §20 for Display P3). */
const TO_BT709: Record<Exclude<Primaries, 'bt709'>, Matrix> = {
  bt2020: [1.660491, -0.587641, -0.07285, -0.12455, 1.1329, -0.008349, -0.018151, -0.100579, 1.11873],
  'display-p3': [1.22494, -0.22494, 0, -0.042057, 1.042057, 0, -0.019638, -0.078636, 1.098274],
};

/**
 * The picture in BT.709 primaries. Colours outside that gamut are clipped to it, channel by channel, or keep their negative light
 * where the gamut is `open`.
 */
export function toBt709(picture: HdrPicture, gamut: 'clipped' | 'open' = 'clipped'): HdrPicture {
  if (picture.primaries === 'bt709') return picture;
  const m = TO_BT709[picture.primaries];
  const least = gamut === 'open' ? -Infinity : 0;
  const { data: from } = picture;
  const data = new Float32Array(from.length);
  for (let i = 0; i < from.length; i += 3) {
    const r = from[i]!;
    const g = from[i + 1]!;
    const b = from[i + 2]!;
    data[i] = Math.max(least, m[0] * r + m[1] * g + m[2] * b);
    data[i + 1] = Math.max(least, m[3] * r + m[4] * g + m[5] * b);
    data[i + 2] = Math.max(least, m[6] * r + m[7] * g + m[8] * b);
  }
  return { ...picture, data, primaries: 'bt709' };
}
