import { LUMA_BT709, REFERENCE_WHITE } from '../../codec/luminance.ts';
import { fromHalf } from '../half-float.ts';
import type { LinearPicture } from '../linear-picture.ts';

/** A range of luminance in cd/m², up to and without `below`, and the colour that stands for it. */
export interface Band {
  readonly name: string;
  readonly below: number;
  readonly colour: readonly [number, number, number];
}

/** Grey is what SDR can show; colour is what only HDR can. The steps above white are about a stop, as on a waveform monitor. */
export const BANDS: readonly Band[] = [
  { name: 'under 1', below: 1, colour: [38, 40, 46] },
  { name: '1–10', below: 10, colour: [82, 85, 94] },
  { name: '10–50', below: 50, colour: [130, 133, 142] },
  { name: '50–203', below: REFERENCE_WHITE, colour: [190, 192, 198] },
  { name: '203–400', below: 400, colour: [54, 160, 190] },
  { name: '400–1,000', below: 1000, colour: [84, 184, 92] },
  { name: '1,000–2,000', below: 2000, colour: [238, 206, 70] },
  { name: '2,000–4,000', below: 4000, colour: [240, 132, 50] },
  { name: '4,000 and more', below: Infinity, colour: [226, 62, 80] },
];

/** A half float has 32,768 values that are not negative: their light is worked out once. */
const LIGHT = Float32Array.from({ length: 0x7c00 }, (_, half) => fromHalf(half));

/** Luminance of every pixel in cd/m². */
export function luminances({ width, height, data }: LinearPicture): Float32Array {
  const [r, g, b] = LUMA_BT709;
  const out = new Float32Array(width * height);
  for (let i = 0, j = 0; j < out.length; i += 4, j++) {
    const light = r * value(data[i]!) + g * value(data[i + 1]!) + b * value(data[i + 2]!);
    out[j] = REFERENCE_WHITE * light;
  }
  return out;
}

export function bandOf(luminance: number): Band {
  return BANDS.find(({ below }) => luminance < below) ?? BANDS.at(-1)!;
}

export function css([r, g, b]: Band['colour']): string {
  return `rgb(${r} ${g} ${b})`;
}

/** Light outside BT.709 is negative or infinite at worst; neither has a luminance of its own. */
function value(half: number): number {
  return LIGHT[half] ?? 0;
}
