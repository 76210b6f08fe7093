const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const POLL_MILLISECONDS = 500;

/** Aborted when somebody wants this process to end: by a signal, or by stopping the npm that runs it. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    controller.abort(new Error('Interrupted.'));
  };
  for (const signal of SIGNALS) process.once(signal, interrupt);
  if (process.env.npm_lifecycle_event !== undefined) whenParentEnds(interrupt);
  return controller.signal;
}

/** npm passes SIGTERM to the shell that it started, and the shell ends without a word to what it runs. */
function whenParentEnds(action: () => void): void {
  const parent = process.ppid;
  const poll = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(poll);
    action();
  }, POLL_MILLISECONDS);
  poll.unref();
}

/**
 * Does something and takes away the signal handlers that it installed: Miniflare's would end this process at once, before
 * the origin could be stopped.
 */
export function withoutSignalHandlers<T>(action: () => T): T {
  const before = SIGNALS.map((signal) => process.listeners(signal));
  const result = action();
  for (const [i, signal] of SIGNALS.entries()) {
    for (const listener of process.listeners(signal)) {
      if (!before[i]!.includes(listener)) process.removeListener(signal, listener);
    }
  }
  return result;
}

/** The promise, or the signal's reason as soon as it is aborted. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([promise, aborted]);
}
