import { LUMA_BT709 } from '../codec/luminance.ts';
import { OFFSET, type Pair } from './gains.ts';

/** Share of the luminance and the offset: less than half a code value of any map (0.0014 stops of 1 / 255 and more). */
const TOLERANCE = 1e-3;
/** Newton's steps find nearly every pixel in two or three; halving, where they lead nowhere, in some more. */
const ROUNDS = 16;

/**
 * log2 of what all three channels of a base must be multiplied by for the luminance of the picture, after each was multiplied by
 * one of the `factors`, of its own. Coarse ones lead channels out of what can be shown: those below no light are shown as none
 * (ISO 21496-1, clause 6.2), and those above the picture's peak by a display of its headroom as that. The others make up for it.
 */
export function commonGainAt(
  { codes, shown, light, white, peak }: Pair,
  pixel: number,
  factors: readonly [number, number, number],
): number {
  const at = 3 * pixel;
  let luminance = 0;
  for (let c = 0; c < 3; c++) luminance += (LUMA_BT709[c]! * Math.max(light[at + c]!, 0)) / white;
  const given = [
    shown[codes[at]!]! * factors[0],
    shown[codes[at + 1]!]! * factors[1],
    shown[codes[at + 2]!]! * factors[2],
  ];
  return Math.log2(commonFactor(luminance, given, peak));
}

/**
 * The factor with which channels of light `given` × factor − OFFSET, cut off below 0 and above `peak`, have this luminance: Newton's
 * method on a function that rises in straight pieces, kept between what is known to be too low and too high.
 */
function commonFactor(luminance: number, given: readonly number[], peak: number): number {
  let low = 0;
  let high = Infinity;
  let factor = 0;
  let [wanted, slope] = [luminance + OFFSET, 0];
  for (let c = 0; c < 3; c++) slope += LUMA_BT709[c]! * given[c]!;
  for (let round = 0; round < ROUNDS; round++) {
    factor = slope > 0 ? wanted / slope : 0;
    if (!(factor > low && factor < high)) factor = high === Infinity ? 2 * low : (low + high) / 2;
    let got = 0;
    [wanted, slope] = [luminance, 0];
    for (let c = 0; c < 3; c++) {
      const weight = LUMA_BT709[c]!;
      const light = given[c]! * factor - OFFSET;
      if (light <= 0) continue;
      got += weight * Math.min(light, peak);
      if (light < peak) slope += weight * given[c]!;
      wanted += weight * (light < peak ? OFFSET : -peak);
    }
    if (Math.abs(got - luminance) <= TOLERANCE * (luminance + OFFSET)) break;
    if (got < luminance) low = factor;
    else high = factor;
  }
  return factor;
}
