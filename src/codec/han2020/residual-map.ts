/**
 * Residual mapping (RM) of Han et al. 2020. The paper maps the residual to 0…255 for its network; ours takes the same
 * thing as a float in [−1, 1], with ±1 at ±`range`.
 */

/** What ±1 stands for, in root mean squares of the residual: the scale at which the networks are trained. */
export const RANGE_SIGMAS = 8;

/** The range that the networks expect for a residual of this root mean square, both in PQ. */
export function residualRange(rms: number): number {
  return RANGE_SIGMAS * rms;
}

/** Residual in PQ → [−1, 1]; larger values are clamped. */
export function mapResidual(residual: Float32Array, range: number): Float32Array {
  const mapped = new Float32Array(residual.length);
  for (let i = 0; i < residual.length; i++) mapped[i] = Math.min(Math.max(residual[i]! / range, -1), 1);
  return mapped;
}
