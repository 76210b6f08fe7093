/**
 * Piecewise cubic Hermite interpolation that keeps monotone data monotone: Fritsch and Butland, "A method for constructing
 * local monotone piecewise cubic interpolants", SIAM J. Sci. Stat. Comput. 1984. At the two ends the slope is that of the
 * line through the last two points.
 *
 * Written here because the packages that have it do something else at the ends, and figures of other benches would differ.
 *
 * @param x rising, at least two
 * @param y as many
 * @param at where the curve is wanted, inside of `x`'s range
 */
export function pchip(x: readonly number[], y: readonly number[], at: readonly number[]): number[] {
  const last = x.length - 1;
  const step = Array.from({ length: last }, (_, i) => x[i + 1]! - x[i]!);
  const slope = step.map((h, i) => (y[i + 1]! - y[i]!) / h);
  const tangent = x.map((_, i) => {
    if (i === 0) return slope[0]!;
    if (i === last) return slope[last - 1]!;
    const before = slope[i - 1]!;
    const after = slope[i]!;
    if (before * after <= 0) return 0;
    const w1 = 2 * step[i]! + step[i - 1]!;
    const w2 = step[i]! + 2 * step[i - 1]!;
    return (w1 + w2) / (w1 / before + w2 / after);
  });
  return at.map((value) => {
    let k = 0;
    while (k < last - 1 && value > x[k + 1]!) k++;
    const h = step[k]!;
    const t = (value - x[k]!) / h;
    const s = 1 - t;
    return (
      (1 + 2 * t) * s * s * y[k]! +
      t * s * s * h * tangent[k]! +
      t * t * (3 - 2 * t) * y[k + 1]! -
      t * t * s * h * tangent[k + 1]!
    );
  });
}
