import { Miniflare } from 'miniflare';
import type { MiniflareOptions } from 'miniflare';
import { expect } from 'vitest';
import { edgeOptions } from '../../src/local/miniflare-options.ts';
import type { EdgeOptions } from '../../src/local/miniflare-options.ts';
import { write } from '../../src/formats/index.ts';
import { ORIGIN_SECRET, startFakeOrigin } from './fake-origin.ts';
import type { FakeOrigin } from './fake-origin.ts';

const TOKEN = 'a token of the uploader';

export interface Edge {
  readonly miniflare: Miniflare;
  readonly origin: FakeOrigin;
  /** A request to the worker, over real HTTP. */
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
  readonly put: (key: string, body: BodyInit, init?: RequestInit) => Promise<Response>;
  readonly remove: (key: string) => Promise<Response>;
  /** The names of everything in both buckets. */
  readonly stored: () => Promise<string[]>;
  readonly stop: () => Promise<void>;
}

/**
 * The real worker in the real workerd, with R2 and queues by Miniflare and a fake origin. `platform` is what only Miniflare
 * knows: where requests of the worker go, for instance.
 */
export async function startEdge(
  options: Partial<EdgeOptions> = {},
  platform: Partial<MiniflareOptions> = {},
): Promise<Edge> {
  const origin = await startFakeOrigin();
  const miniflare = new Miniflare({
    ...edgeOptions({
      scriptPath: 'dist/edge/worker.js',
      originUrl: origin.url,
      originSecret: ORIGIN_SECRET,
      uploadToken: TOKEN,
      retries: 2,
      retryDelaySeconds: 0,
      ...options,
    }),
    ...platform,
  } as MiniflareOptions);
  const address = await miniflare.ready;
  const get = (path: string, init?: RequestInit): Promise<Response> => fetch(new URL(path, address), init);
  const headers = { Authorization: `Bearer ${TOKEN}` };
  return {
    miniflare,
    origin,
    get,
    put: (key, body, init) => get(`/images/${key}`, { method: 'PUT', body, headers, ...init }),
    remove: (key) => get(`/images/${key}`, { method: 'DELETE', headers }),
    async stored() {
      const buckets = ['MASTERS', 'RENDITIONS'].map((name) => miniflare.getR2Bucket(name));
      const lists = await Promise.all(buckets.map(async (bucket) => (await bucket).list()));
      return lists.flatMap(({ objects }) => objects.map(({ key }) => key)).sort();
    },
    async stop() {
      await miniflare.dispose();
      await origin.kill();
    },
  };
}

/** An OpenEXR file; `seed` makes it another one. */
export function exr(seed = 1): Promise<Uint8Array<ArrayBuffer>> {
  return hdrFile('exr', seed, 64, 32);
}

export async function hdrFile(
  kind: 'exr' | 'pfm',
  seed: number,
  width: number,
  height: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const data = Float32Array.from({ length: width * height * 3 }, (_, i) => ((i * seed) % 101) / 20);
  return new Uint8Array(await write({ width, height, data, primaries: 'bt709', nitsPerUnit: null }, kind));
}

export interface JobAnswer {
  readonly id: string;
  readonly status: string;
  readonly progress: number;
  readonly attempts: number;
  readonly problem?: { readonly code: string; readonly detail: string };
}

/** Waits until the job that an upload's answer names is over. */
export async function jobEnd(edge: Edge, location: string | null): Promise<JobAnswer> {
  for (let tries = 0; tries < 200; tries++) {
    const response = await edge.get(location ?? '');
    expect(response.status).toBe(200);
    const job = (await response.json()) as JobAnswer;
    if (job.status === 'done' || job.status === 'failed') return job;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the job does not end');
}

/** Uploads a picture and waits until it is encoded. */
export async function uploaded(edge: Edge, key: string, seed = 1): Promise<JobAnswer> {
  const response = await edge.put(key, await exr(seed));
  expect(response.status).toBe(202);
  const job = await jobEnd(edge, response.headers.get('Location'));
  expect(job).toMatchObject({ status: 'done', progress: 1 });
  return job;
}

/** Expects a problem document, and answers its code. */
export async function problemCode(response: Response): Promise<string> {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  const { status, code } = (await response.json()) as { status: number; code: string };
  expect(status).toBe(response.status);
  return code;
}

/** The bytes of an answer that must be a 200. */
export async function bytesOf(response: Response): Promise<Buffer> {
  expect(response.status).toBe(200);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(Number(response.headers.get('Content-Length'))).toBe(bytes.length);
  return bytes;
}
