import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bodyDigestOf, signRequest } from '../../src/delivery/origin-signature.ts';
import { TENANT_HEADER } from '../../src/delivery/tenant.ts';

export const ORIGIN_SECRET = 'the secret of this test';
const MAIN = fileURLToPath(new URL('../../dist/origin/main.js', import.meta.url));

/** The origin as operators run it: the bundle, in a process of its own, on a port that the system chooses. */
export class OriginProcess {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly log: readonly string[];

  private constructor(url: string, process: ChildProcess, log: readonly string[]) {
    this.url = url;
    this.#process = process;
    this.log = log;
  }

  static async start(env: Record<string, string> = {}): Promise<OriginProcess> {
    const child = spawnOrigin({ ORIGIN_SECRET, EXECUTION_PROVIDERS: 'cpu', ...env });
    const log: string[] = [];
    return new Promise((resolve, reject) => {
      createInterface({ input: child.stdout! }).on('line', (line) => {
        log.push(line);
        const url = /listening on (http:[^"]+)/.exec(line)?.[1];
        if (url !== undefined) resolve(new OriginProcess(url, child, log));
      });
      child.once('exit', (code) => {
        reject(new Error(`The origin exited with ${String(code)}: ${log.join('\n')}`));
      });
    });
  }

  /** Sends SIGTERM and resolves to the exit code. */
  async stop(): Promise<number | null> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exit = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      await exit;
    }
    return this.#process.exitCode;
  }

  /** Kills the process as a power cut would. */
  async kill(): Promise<void> {
    const exit = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await exit;
  }

  get alive(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Posts a body, signed as the edge signs. */
  async post(
    target: string,
    body: Uint8Array<ArrayBuffer>,
    options: { date?: number; secret?: string; digest?: string; signal?: AbortSignal; tenant?: string } = {},
  ): Promise<Response> {
    const { date = Math.floor(Date.now() / 1000), secret = ORIGIN_SECRET, signal = null } = options;
    const bodyDigest = options.digest ?? (await bodyDigestOf(body));
    const headers = await signRequest({ method: 'POST', target, bodyDigest, date }, secret);
    const whose = options.tenant === undefined ? {} : { [TENANT_HEADER]: options.tenant };
    return fetch(this.url + target, { method: 'POST', body, headers: { ...headers, ...whose }, signal });
  }

  async health(): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.url}/healthz`);
    return (await response.json()) as Record<string, unknown>;
  }
}

/** Runs `dist/origin/main.js` with nothing but this environment, and what infra/origin/start.sh says of memory. */
export function spawnOrigin(env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [MAIN], {
    env: { ORIGIN_PORT: '0', THREADS: '1', MALLOC_MMAP_THRESHOLD_: '4194304', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
