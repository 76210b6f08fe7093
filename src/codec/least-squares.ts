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

/**
 * The closest rising sequence in squared error: pool adjacent violators (Barlow et al. 1972).
 *
 * @param weights of the squared errors, above 0
 */
export function monotone(values: Float64Array, weights: Float64Array): Float64Array {
  const pools: { mean: number; weight: number; size: number }[] = [];
  values.forEach((value, i) => {
    let pool = { mean: value, weight: weights[i]!, size: 1 };
    for (let before = pools.at(-1); before && before.mean > pool.mean; before = pools.at(-1)) {
      pools.pop();
      const weight = before.weight + pool.weight;
      const mean = (before.mean * before.weight + pool.mean * pool.weight) / weight;
      pool = { mean, weight, size: before.size + pool.size };
    }
    pools.push(pool);
  });
  const out = new Float64Array(values.length);
  let at = 0;
  for (const { mean, size } of pools) out.fill(mean, at, (at += size));
  return out;
}
