/**
 * Solves the symmetric positive definite system with the given main, first and second diagonal by LDLᵀ without pivoting.
 * By hand: 64 unknowns in a band of five need a page, not a linear algebra package in every browser.
 *
 * @returns the solution, as many values as `right` has
 */
export function solveBanded(
  [main, first, second]: readonly [Float64Array, Float64Array, Float64Array],
  right: Float64Array,
): Float64Array {
  const n = right.length;
  const d = new Float64Array(n);
  const l1 = new Float64Array(n); // L[i][i−1]
  const l2 = new Float64Array(n); // L[i][i−2]
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    l2[i] = i >= 2 ? second[i - 2]! / d[i - 2]! : 0;
    l1[i] = i >= 1 ? (first[i - 1]! - (i >= 2 ? l2[i]! * l1[i - 1]! * d[i - 2]! : 0)) / d[i - 1]! : 0;
    d[i] = main[i]! - (i >= 1 ? l1[i]! ** 2 * d[i - 1]! : 0) - (i >= 2 ? l2[i]! ** 2 * d[i - 2]! : 0);
    x[i]! -= (i >= 1 ? l1[i]! * x[i - 1]! : 0) + (i >= 2 ? l2[i]! * x[i - 2]! : 0);
  }
  for (let i = n - 1; i >= 0; i--) {
    x[i] =
      x[i]! / d[i]! - (i + 1 < n ? l1[i + 1]! * x[i + 1]! : 0) - (i + 2 < n ? l2[i + 2]! * x[i + 2]! : 0);
  }
  return x;
}

/** The closest rising sequence in squared error: pool adjacent violators (Barlow et al. 1972). */
export function monotone(values: Float64Array): Float64Array {
  const mean: number[] = [];
  const size: number[] = [];
  for (const value of values) {
    mean.push(value);
    size.push(1);
    while (mean.length > 1 && mean.at(-2)! > mean.at(-1)!) {
      const [m, s] = [mean.pop()!, size.pop()!];
      const total = size.at(-1)! + s;
      mean[mean.length - 1] = (mean.at(-1)! * size.at(-1)! + m * s) / total;
      size[size.length - 1] = total;
    }
  }
  const out = new Float64Array(values.length);
  let at = 0;
  mean.forEach((m, i) => {
    out.fill(m, at, at + size[i]!);
    at += size[i]!;
  });
  return out;
}
