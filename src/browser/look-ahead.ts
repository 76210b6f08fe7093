import { nextTask } from './next-task.ts';

export interface Ahead<T> {
  readonly part: T;
  /** Whether there is a next part that has arrived by now. */
  readonly nextIsHere: () => Promise<boolean>;
}

/** Reads one part ahead of what is being worked on. */
export async function* lookingAhead<T>(
  parts: AsyncGenerator<T, void, void>,
): AsyncGenerator<Ahead<T>, void, void> {
  try {
    for (let coming = parts.next(); ;) {
      const { done, value } = await coming;
      if (done === true) return;
      const next = parts.next();
      // Whoever asks for it is told; until then nobody is.
      next.catch(() => undefined);
      coming = next;
      const arrived = next.then(
        (result) => result.done !== true,
        () => false,
      );
      yield { part: value, nextIsHere: () => Promise.race([arrived, nextTask().then(() => false)]) };
    }
  } finally {
    // Not awaited: a part that never comes would keep it waiting.
    void parts.return().catch(() => undefined);
  }
}
