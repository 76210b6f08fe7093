import type { Env } from '../env.ts';
import type { Facts } from './facts.ts';

/**
 * One data point of Workers Analytics Engine per answer, where a dataset is bound: docs/operations.md names its columns, and
 * has the queries.
 */
export function writeDataPoint({ METRICS }: Env, facts: Facts, milliseconds: number): void {
  if (METRICS === undefined) return;
  const { method, route, status, bytes, representation, cache, reason, problem } = facts;
  try {
    METRICS.writeDataPoint({
      indexes: [representation],
      blobs: [route, method, String(status), representation, cache, reason, problem],
      doubles: [1, bytes, milliseconds],
    });
  } catch (error) {
    console.error('a data point was not written', error);
  }
}
