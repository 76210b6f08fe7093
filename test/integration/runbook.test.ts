import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { write } from '../../src/formats/index.ts';
import { edgeOptions, type EdgeOptions } from '../../src/local/miniflare-options.ts';
import { fetchAgain } from './idle-socket.ts';
import { OriginProcess } from './origin-process.ts';

/** docs/runbook.md step by step, on workerd with a kept R2 and origins as processes. A deploy is the worker started anew. */

const root = join(import.meta.dirname, '../..');
const [OLD, NEW] = ['the secret of last year', 'the secret of this year'];
const TOKEN = 'the-token-of-this-test';
const authorized = { Authorization: `Bearer ${TOKEN}` };

let folder: string;
let origin: OriginProcess;
let miniflare: Miniflare;
let edge: URL;

const options = (originSecret: string, version: string): EdgeOptions => ({
  scriptPath: join(root, 'dist/edge/worker.js'),
  originUrl: origin.url,
  originSecret,
  uploadToken: TOKEN,
  retryDelaySeconds: 1,
  persistTo: folder,
  variables: { ENCODER_VERSION: version, POINTER_SECONDS: '0' },
});
const deploy = async (originSecret: string, version = '1'): Promise<void> => {
  await miniflare.setOptions(edgeOptions(options(originSecret, version)));
  edge = await miniflare.ready;
};
const restartOrigin = async (env: Record<string, string>): Promise<void> => {
  await origin.stop();
  origin = await OriginProcess.start(env);
};
const get = (path: string, init?: RequestInit): Promise<Response> => fetchAgain(new URL(path, edge), init);

async function picture(path: string): Promise<{ status: number; etag: string | null; bytes: Buffer }> {
  const response = await get(path);
  const bytes = Buffer.from(await response.arrayBuffer());
  return { status: response.status, etag: response.headers.get('ETag'), bytes };
}

async function upload(key: string): Promise<void> {
  const [width, height] = [64, 48];
  const data = Float32Array.from({ length: width * height * 3 }, (_, i) => 0.2 + ((i * 7919) % 101) / 20);
  const body = await write({ width, height, data, primaries: 'bt709', nitsPerUnit: null }, 'pfm');
  const response = await get(`/images/${key}`, {
    method: 'PUT',
    body: new Uint8Array(body),
    headers: authorized,
  });
  expect(response.status).toBe(202);
  const location = response.headers.get('Location') ?? '';
  const patient = { timeout: 60_000, interval: 100 };
  await vi.waitFor(async () => {
    expect(await (await get(location)).json()).toMatchObject({ status: 'done' });
  }, patient);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'afterglow-runbook-'));
  origin = await OriginProcess.start({ ORIGIN_SECRET: OLD });
  miniflare = new Miniflare(edgeOptions(options(OLD, '1')));
  edge = await miniflare.ready;
  await upload('a.pfm');
}, 120_000);
afterAll(async () => {
  await miniflare.dispose();
  await origin.stop();
  await rm(folder, { recursive: true, force: true });
});

test('the secret between edge and origin is replaced while every step renders', async () => {
  await restartOrigin({ ORIGIN_SECRET: NEW, ORIGIN_SECRET_BEFORE: OLD });
  await deploy(OLD);
  expect(await picture('/images/a.pfm?w=60')).toMatchObject({ status: 200 });
  await deploy(NEW);
  expect(await picture('/images/a.pfm?w=59')).toMatchObject({ status: 200 });
  await restartOrigin({ ORIGIN_SECRET: NEW });
  await deploy(NEW);
  expect(await picture('/images/a.pfm?w=58')).toMatchObject({ status: 200 });
  expect(origin.log.join('\n')).not.toContain('"status":401');

  // What the last step takes away is not believed any more, and the log says so.
  await deploy(OLD);
  expect(await picture('/images/a.pfm?w=57')).toMatchObject({ status: 503 });
  expect(origin.log.join('\n')).toContain('"status":401');
  await deploy(NEW);
}, 120_000);

test('a former encoder comes back with what it rendered, also where no origin could render it', async () => {
  const former = await picture('/images/a.pfm?hdr=1');
  await deploy(NEW, '2');
  await expect
    .poll(async () => (await get('/images/a.pfm?hdr=1')).headers.get('Afterglow'), { timeout: 60_000 })
    .not.toMatch(/pending/);
  const later = await picture('/images/a.pfm?hdr=1');
  expect([former.status, later.status]).toEqual([200, 200]);
  expect(later.etag).not.toBe(former.etag);

  await origin.stop();
  await deploy(NEW, '1');
  expect(await picture('/images/a.pfm?hdr=1')).toEqual(former);
  await restartOrigin({ ORIGIN_SECRET: NEW });
}, 120_000);

test('without an origin, what was rendered is served; when it is back, so is everything', async () => {
  await deploy(NEW);
  await origin.stop();
  expect(await picture('/images/a.pfm')).toMatchObject({ status: 200 });
  const refused = await get('/images/a.pfm?w=40');
  expect([refused.status, refused.headers.has('Retry-After')]).toEqual([503, true]);
  await refused.body?.cancel();
  await restartOrigin({ ORIGIN_SECRET: NEW });
  await deploy(NEW);
  expect(await picture('/images/a.pfm?w=40')).toMatchObject({ status: 200 });
}, 120_000);

test('a picture that must go is gone', async () => {
  await upload('b.pfm');
  expect(await picture('/images/b.pfm')).toMatchObject({ status: 200 });
  const deleted = await get('/images/b.pfm', { method: 'DELETE', headers: authorized });
  expect(deleted.status).toBeLessThan(300);
  expect(await picture('/images/b.pfm')).toMatchObject({ status: 404 });
}, 120_000);

test('every test that the runbook names is there', async () => {
  const names = [...(await readFile(join(root, 'docs/runbook.md'), 'utf8')).matchAll(/`(test\/[^`]+)`/g)];
  expect(names.length).toBeGreaterThan(4);
  for (const [, name] of names) await access(join(root, name!));
});
