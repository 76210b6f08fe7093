import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** What `npm start` runs, as a process: how it ends, and that it then leaves nothing behind. */

const MAIN = 'dist/local/main.js';

let home: string;
let ports: { edge: number; origin: number };
let started: ChildProcess | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'afterglow-'));
  ports = { edge: await freePort(), origin: await freePort() };
});
afterEach(async () => {
  started?.kill('SIGKILL');
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function freePort(): Promise<number> {
  const server = await listen(0);
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function start(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      EDGE_PORT: String(ports.edge),
      ORIGIN_PORT: String(ports.origin),
      AFTERGLOW_HOME: home,
      ...env,
    },
  });
  started = child;
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  return { child, said, ended: once(child, 'close') };
}

/** Resolves when both servers answer, which is before the samples are encoded. */
async function untilUp(said: { readonly stdout: string }): Promise<void> {
  while (!said.stdout.includes('Afterglow: edge')) await sleep(50);
}

async function untilRefused(port: number): Promise<void> {
  for (;;) {
    try {
      await (await fetch(`http://127.0.0.1:${port}/healthz`)).body?.cancel();
    } catch {
      return;
    }
    await sleep(100);
  }
}

test.each([
  ['edge', 'EDGE_PORT'],
  ['origin', 'ORIGIN_PORT'],
] as const)('says in one line that the %s’s port is taken', async (server, variable) => {
  const taken = await listen(ports[server]);
  const { child, said, ended } = start(process.execPath, [MAIN]);
  await ended;
  taken.close();
  expect(child.exitCode).toBe(1);
  expect(said).toEqual({
    stdout: '',
    stderr: `Port ${ports[server]} is taken; set ${variable} to another.\n`,
  });
});

test('ends quietly at SIGTERM, also in the middle of its start, and the origin with it', async () => {
  const { child, said, ended } = start(process.execPath, [MAIN]);
  await untilUp(said);
  child.kill('SIGTERM');
  await ended;
  expect(child.exitCode).toBe(0);
  expect(said.stderr).toBe('');
  for (const port of Object.values(ports)) (await listen(port)).close();
});

test('the origin does not outlive the process that holds a channel to it', async () => {
  const origin = spawn(process.execPath, ['dist/origin/main.js'], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {
      ...process.env,
      ORIGIN_PORT: '0',
      ORIGIN_SECRET: 'a secret of edge and origin',
      EXECUTION_PROVIDERS: 'cpu',
    },
  });
  started = origin;
  const ended = once(origin, 'exit');
  await once(origin, 'spawn');
  origin.disconnect();
  expect(await ended).toEqual([0, null]);
});

test.skipIf(process.platform === 'win32')('ends with the npm that runs it', async () => {
  const script = '"$0" "$1"; true';
  const { child, said } = start('sh', ['-c', script, process.execPath, MAIN], {
    npm_lifecycle_event: 'start',
  });
  await untilUp(said);
  child.kill('SIGTERM');
  await untilRefused(ports.edge);
  await untilRefused(ports.origin);
});
