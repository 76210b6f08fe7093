/**
 * PU21, an encoding of absolute luminance in which equal steps are about equally visible, so that metrics made for SDR
 * pictures can be used on HDR ones: Mantiuk and Azimi, "PU21: A novel perceptually uniform encoding for adapting existing
 * quality metrics for HDR", PCS 2021; the variant with banding and glare, which its authors recommend.
 */
const P = [
  0.353487901, 0.3734658629, 8.277049286e-5, 0.9062562627, 0.09150303166, 0.9099517204, 596.3148142,
] as const;
const RANGE = [0.005, 10_000] as const;

/** The value that stands for 255 in metrics made for 8 bits: PU21 is scaled so that 100 cd/m² is 256. */
export const PU21_PEAK = 256;

/** cd/m², clipped to 0.005…10,000 → PU21 units, 0…595. */
export function pu21(nits: number): number {
  const t = Math.min(Math.max(nits, RANGE[0]), RANGE[1]) ** P[3];
  return Math.max(P[6] * (((P[0] + P[1] * t) / (1 + P[2] * t)) ** P[4] - P[5]), 0);
}

export function pu21Of(light: Float32Array): Float64Array {
  return Float64Array.from(light, pu21);
}
