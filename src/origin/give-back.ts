import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of pixels from which it is worth the 20 to 100 ms that it takes. */
const WORTH = 64 * 2 ** 20;

// Only a context that is made after the flag has it; the worker is started like any other.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * Gives back what the pixels of a picture took. A worker that waits for its next job allocates nothing, and so V8 would keep a gigabyte of them for
 * as long as nobody uploads.
 */
export async function giveBack(): Promise<void> {
  if (process.memoryUsage().arrayBuffers < WORTH) return;
  // What awaited the last results lets go of them first.
  await nextTurn();
  collect();
}
