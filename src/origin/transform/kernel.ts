/** What one output sample is made of: source samples `first`…, each with a weight; weights add up to 1. */
export interface Tap {
  /** Index of the first source sample; all lie within the source. */
  readonly first: number;
  readonly weights: Float64Array;
  /** Source samples under the kernel's main lobe, `from` to `to`, both included: their range bounds the result. */
  readonly from: number;
  readonly to: number;
}

const LOBES = 3;

/**
 * Lanczos-3, stretched by the scale so that it averages where it reduces (C. Duchon, "Lanczos Filtering in One and Two
 * Dimensions", 1979).
 *
 * @param source samples along this side
 * @param begin  where the window begins, in source samples; may be a fraction
 * @param length of the window, in source samples
 * @param count  samples that the window becomes
 */
export function lanczosTaps(source: number, begin: number, length: number, count: number): Tap[] {
  const scale = length / count;
  const stretch = Math.max(1, scale);
  return Array.from({ length: count }, (_, index) => {
    const centre = begin + (index + 0.5) * scale - 0.5;
    const reach = LOBES * stretch;
    const low = Math.ceil(centre - reach);
    const high = Math.floor(centre + reach);
    const first = inside(low, source);
    const weights = new Float64Array(inside(high, source) - first + 1);
    // Beyond a border its sample goes on.
    for (let at = low; at <= high; at++)
      weights[inside(at, source) - first]! += lanczos((at - centre) / stretch);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (let k = 0; k < weights.length; k++) weights[k]! /= sum;
    const from = inside(Math.floor(centre - stretch) + 1, source);
    const to = inside(Math.ceil(centre + stretch) - 1, source);
    return { first, weights, from, to };
  });
}

function lanczos(x: number): number {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const angle = Math.PI * x;
  return (LOBES * Math.sin(angle) * Math.sin(angle / LOBES)) / (angle * angle);
}

function inside(at: number, source: number): number {
  return Math.min(Math.max(at, 0), source - 1);
}
