/**
 * Structural similarity: Wang et al., "Image quality assessment: from error visibility to structural similarity", IEEE TIP
 * 2004, with its 11×11 Gaussian of σ 1.5 and no reduction beforehand; the edges are repeated outwards, as in Matlab.
 *
 * Written here because the packages for it take 8-bit code values: PU21's are real numbers.
 */
const RADIUS = 5;
const SIGMA = 1.5;
const K1 = 0.01;
const K2 = 0.03;

const GAUSSIAN = ((): readonly number[] => {
  const weights = Array.from({ length: 2 * RADIUS + 1 }, (_, i) =>
    Math.exp(-0.5 * ((i - RADIUS) / SIGMA) ** 2),
  );
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
})();

/** One side of a comparison, with what can be known of it before the other side is there. */
export interface Structure {
  readonly width: number;
  readonly height: number;
  /** (h, w) */
  readonly values: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

export function structureOf(values: Float64Array, width: number, height: number): Structure {
  const mean = blur(values, width, height);
  const variance = blur(
    values.map((v) => v * v),
    width,
    height,
  );
  for (let i = 0; i < variance.length; i++) variance[i]! -= mean[i]! ** 2;
  return { width, height, values, mean, variance };
}

/** Mean structural similarity, 1 for the same picture. `range` is the dynamic range of the values, 255 for 8 bits. */
export function ssim(a: Structure, b: Structure, range: number): number {
  const c1 = (K1 * range) ** 2;
  const c2 = (K2 * range) ** 2;
  const both = blur(
    a.values.map((v, i) => v * b.values[i]!),
    a.width,
    a.height,
  );
  let sum = 0;
  for (let i = 0; i < both.length; i++) {
    const means = a.mean[i]! * b.mean[i]!;
    const covariance = both[i]! - means;
    const luminance = a.mean[i]! ** 2 + b.mean[i]! ** 2 + c1;
    const structure = a.variance[i]! + b.variance[i]! + c2;
    sum += ((2 * means + c1) * (2 * covariance + c2)) / (luminance * structure);
  }
  return sum / both.length;
}

/** (h, w) → (h, w): rows, then columns. */
function blur(values: Float64Array, width: number, height: number): Float64Array {
  const along = new Float64Array(values.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -RADIUS; k <= RADIUS; k++) {
        sum += GAUSSIAN[k + RADIUS]! * values[row + Math.min(Math.max(x + k, 0), width - 1)]!;
      }
      along[row + x] = sum;
    }
  }
  const out = new Float64Array(values.length);
  for (let y = 0; y < height; y++) {
    for (let k = -RADIUS; k <= RADIUS; k++) {
      const weight = GAUSSIAN[k + RADIUS]!;
      const from = Math.min(Math.max(y + k, 0), height - 1) * width;
      const to = y * width;
      for (let x = 0; x < width; x++) out[to + x]! += weight * along[from + x]!;
    }
  }
  return out;
}
