import type { Env } from '../env.ts';
import { numberOf } from '../env.ts';
import { readPointer } from '../store/pointers.ts';
import type { Pointer } from '../store/pointers.ts';
import { StorageError } from '../store/storage-error.ts';
import { Memory } from './memory.ts';

/** A pointer, and how long ago it was read. */
export interface KnownPointer {
  readonly pointer: Pointer;
  /** Whole seconds; 0: just now, for this request. It is the `Age` of what is answered from it (RFC 9111 §4.2.3). */
  readonly age: number;
}

const DEFAULT_SECONDS = 1;
/** How old a pointer may be that stands in while the bucket is away (RFC 5861 §4, `stale-if-error`). */
const MOST_STALE_MILLISECONDS = 10 * 60 * 1000;
const MOST_POINTERS = 5000;

/** One request at a time asks anew; for this long the others go on with what is remembered. */
const GRACE_MILLISECONDS = 2000;

const memory = new Memory<Pointer>(MOST_POINTERS);
const asking = new Set<string>();

/**
 * What a key means. A pointer is believed for `POINTER_SECONDS` after it was read, so that a hit costs the cache alone: for
 * that long other isolates may still answer the picture that an upload replaced. This isolate forgets at once. `fresh` asks the bucket in
 * any case, as a request with `Cache-Control: no-cache` wants it (RFC 9111 §5.2.1.4). What does not exist is never remembered.
 */
export async function knownPointer(env: Env, key: string, fresh: boolean): Promise<KnownPointer | null> {
  const now = Date.now();
  const remembered = memory.recall(key, now);
  const most = numberOf(env.POINTER_SECONDS, DEFAULT_SECONDS) * 1000;
  const bearable = asking.has(key) ? most + GRACE_MILLISECONDS : most;
  if (!fresh && remembered !== undefined && most > 0 && remembered.age < bearable) return known(remembered);
  asking.add(key);
  try {
    const pointer = await memory.learn(key, now, () => readPointer(env, key));
    return pointer === null ? null : { pointer, age: 0 };
  } catch (error) {
    if (!(error instanceof StorageError) || remembered === undefined) throw error;
    if (remembered.age > MOST_STALE_MILLISECONDS) throw error;
    return known(remembered);
  } finally {
    asking.delete(key);
  }
}

export function forgetPointer(key: string): void {
  memory.forget(key);
}

function known({ value, age }: { readonly value: Pointer; readonly age: number }): KnownPointer {
  return { pointer: value, age: Math.floor(age / 1000) };
}
