import * as platform from 'cloudflare:workers';
import type { Env } from './env.ts';
import { tracedQueue } from './queue/traced-queue.ts';
import { retryingBucket } from './store/retrying-bucket.ts';

const made = new WeakMap<Env, Env>();

/**
 * The bindings as everything behind an entry point sees them: with buckets that try again, a queue whose jobs stay in their trace, and with the cache in front of the
 * worker where the account has one.
 */
export function reliable(env: Env): Env {
  let better = made.get(env);
  if (better === undefined) {
    const { cache } = platform as { readonly cache?: Partial<CacheContext> };
    better = {
      ...env,
      MASTERS: retryingBucket(env.MASTERS),
      RENDITIONS: retryingBucket(env.RENDITIONS),
      ENCODE_QUEUE: tracedQueue(env.ENCODE_QUEUE),
      ...(hasPurge(cache) ? { WORKERS_CACHE: cache } : {}),
    };
    made.set(env, better);
  }
  return better;
}

/** The module has its place in every runtime, and does something only where the platform has the cache. */
function hasPurge(cache: Partial<CacheContext> | undefined): cache is CacheContext {
  return typeof cache?.purge === 'function';
}
