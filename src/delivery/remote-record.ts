import type { ProblemInit } from './problem.ts';

/** What is known of a remote source, besides the picture that was made of it. Times are Unix times, in seconds. */
export interface RemoteRecord {
  readonly url: string;
  /** Absent: there is none yet, or no longer. */
  readonly copy?: RemoteCopy;
  /** Somebody is fetching it, and has until then. */
  readonly claimedUntil?: number;
  /** Who: no two claims are the same, so that of two that are written at once one is seen to have lost. */
  readonly claimedBy?: string;
  /** Why it could not be fetched the last time; nobody asks again before `until`. */
  readonly failure?: { readonly problem: ProblemInit; readonly until: number };
}

export interface RemoteCopy {
  /** When it was last found to be what the source has. */
  readonly checkedAt: number;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string;
  /** Validators, for a conditional request (RFC 9110 §13.1). */
  readonly etag?: string;
  readonly lastModified?: string;
}

/**
 * What to do about a source: `serve` its copy, serve it and `revalidate` meanwhile, `fetch` what there is no copy of, `wait`
 * for who does, or `refuse` with the problem of a moment ago.
 */
export type RemoteState = 'serve' | 'revalidate' | 'fetch' | 'wait' | 'refuse';

/** `ttl` is how long a copy is good without asking, in seconds. A copy outlives its source's failures (RFC 5861 §4). */
export function remoteState(record: RemoteRecord | null, now: number, ttl: number): RemoteState {
  if (record === null) return 'fetch';
  const { copy, claimedUntil = 0, failure } = record;
  const claimed = now < claimedUntil;
  const refused = failure !== undefined && now < failure.until;
  if (copy === undefined) return claimed ? 'wait' : refused ? 'refuse' : 'fetch';
  return claimed || refused || now < copy.checkedAt + ttl ? 'serve' : 'revalidate';
}
