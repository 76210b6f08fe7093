import { DecodeError } from './error-report.ts';

/**
 * Starts a module worker. Throws DecodeError `worker_failed` where the browser does not even try: for a script of another host, or one
 * that the page's Content-Security-Policy forbids.
 */
export function startWorker(script: URL, name: string): Worker {
  try {
    return new Worker(script, { type: 'module', name });
  } catch (cause) {
    const message = `The worker ${script.href} cannot be started: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new DecodeError({ code: 'worker_failed', message }, { cause });
  }
}
