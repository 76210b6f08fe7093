import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface OriginOptions {
  readonly port: number;
  readonly secret: string;
  readonly env?: Record<string, string>;
  /** What the origin logs, a JSON line at a time. */
  readonly onLog?: (line: string) => void;
  /** Stops waiting for it to be healthy. */
  readonly signal?: AbortSignal | undefined;
}

export interface OriginProcess {
  readonly url: string;
  stop(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../origin/main.js', import.meta.url));
const START_TIMEOUT = 60_000;
const RESTART_PAUSE = 1_000;

/**
 * Runs the origin beside the edge and starts it again when it dies, as an operator's supervisor would. One that dies before
 * it was ever healthy is not started again: what kept it from starting will not be better the next time.
 */
export async function startOrigin(options: OriginOptions): Promise<OriginProcess> {
  const url = `http://127.0.0.1:${options.port}`;
  let stopping = false;
  let healthy = false;
  let child: ChildProcess;
  const run = (): void => {
    child = spawn(process.execPath, [MAIN], {
      // Its end of the channel closes with this process, however this process ends, and so it does not outlive it.
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      env: {
        // As infra/origin/start.sh has it.
        MALLOC_MMAP_THRESHOLD_: '4194304',
        ...process.env,
        ORIGIN_HOST: '127.0.0.1',
        ORIGIN_PORT: String(options.port),
        ORIGIN_SECRET: options.secret,
        ...options.env,
      },
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\n')) if (line !== '') options.onLog?.(line);
    });
    child.once('exit', () => {
      if (!stopping && healthy)
        void delay(RESTART_PAUSE).then(() => {
          if (!stopping) run();
        });
    });
  };
  const stop = async (): Promise<void> => {
    stopping = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  };

  run();
  try {
    await untilHealthy(url, () => child.exitCode === null && child.signalCode === null, options.signal);
    healthy = true;
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

async function untilHealthy(url: string, isRunning: () => boolean, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    if (!isRunning()) throw new Error('The origin ended as it started; what it printed says why.');
    try {
      if ((await fetch(`${url}/healthz`)).ok) return;
    } catch {
      // Not listening yet.
    }
    await delay(100);
  }
  throw new Error(`The origin did not answer on ${url} within ${START_TIMEOUT / 1000} s.`);
}
