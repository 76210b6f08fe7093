import autocannon from 'autocannon';

export interface Target {
  readonly name: string;
  readonly url: string;
}

export interface Throughput {
  /** Requests per second, of every round. */
  readonly rates: readonly number[];
  /** Milliseconds, of the last round. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * Loads several servers in turn, round after round, so that what else the machine does falls on all of them alike.
 *
 * @throws Error if any answer is not a 2xx: a fast error is no throughput
 */
export async function compare(
  targets: readonly Target[],
  { rounds, seconds, connections }: { rounds: number; seconds: number; connections: number },
): Promise<Map<string, Throughput>> {
  const results = new Map<string, Throughput>();
  for (let round = 0; round < rounds; round++) {
    for (const { name, url } of targets) {
      const { requests, latency, non2xx, errors } = await autocannon({ url, connections, duration: seconds });
      if (non2xx + errors > 0)
        throw new Error(`${name}: ${non2xx} answers were no 2xx, ${errors} none at all`);
      const rates = [...(results.get(name)?.rates ?? []), requests.average];
      results.set(name, { rates, p50: latency.p50, p99: latency.p99 });
    }
  }
  return results;
}
