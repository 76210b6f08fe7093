import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { parseLayoutIndex } from '../../../src/container/index.ts';
import { RenderPool, type RenderPoolOptions } from '../../../src/origin/render-pool.ts';
import { bareJpeg, exifSegment, exifTiff, withSegments } from './metadata-files.ts';

const never = new AbortController().signal;
let pool: RenderPool;

function createPool(options: Partial<RenderPoolOptions> = {}): RenderPool {
  pool = new RenderPool({
    workerFile: new URL('fixtures/faulty-worker.js', import.meta.url),
    workers: 1,
    queueLimit: 4,
    jobTimeout: 30,
    grace: 100,
    settings: { modelsFolder: '', model: undefined, providers: ['cpu'], threads: 1, maxPixels: 1 },
    onWorkerError: () => undefined,
    ...options,
  });
  return pool;
}

/** Resolves to how many jobs the worker has had that did this one. */
async function job(behaviour: string, signal = never): Promise<number> {
  const place = pool.enter();
  try {
    const body = new TextEncoder().encode(behaviour);
    const parameters = { variant: {} };
    const { bytes } = await pool.run(place, { kind: 'encode', body, parameters }, signal);
    return bytes[0]!;
  } finally {
    place.leave();
  }
}

afterEach(() => pool.close());

describe('a job that fails', () => {
  test('because of its input is refused with its problem', async () => {
    createPool();
    await expect(job('refuse')).rejects.toMatchObject({ status: 422, code: 'damaged' });
  });

  test.each(['exit', 'throw'])('because the worker does (%s) takes no other job along', async (fault) => {
    createPool();
    const results = await Promise.allSettled([job('ok'), job(fault), job('ok'), job('ok')]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { status: 500, code: 'worker_lost' } });
    expect(JSON.stringify(results[1])).not.toContain('private');
  });
});

describe('a job that takes too long', () => {
  test('is terminated with its worker, and the next one gets a new worker', async () => {
    createPool({ jobTimeout: 0.2 });
    await expect(job('spin')).rejects.toMatchObject({ status: 504, code: 'job_timeout' });
    expect(await job('ok')).toBe(1);
  });

  test('may end by itself, and then its worker stays', async () => {
    createPool({ jobTimeout: 0.2, grace: 5000 });
    await expect(job('cooperate')).rejects.toMatchObject({ code: 'job_timeout' });
    expect(await job('ok')).toBe(2);
  });

  test('is not terminated inside ONNX Runtime', async () => {
    createPool({ jobTimeout: 0.05, grace: 10 });
    await pool.warm();
    const began = performance.now();
    await expect(job('native')).rejects.toMatchObject({ code: 'job_timeout' });
    expect(performance.now() - began).toBeGreaterThan(380);
    // Another worker: that one had already had the warm-up and the job.
    await pool.warm();
    expect(await job('ok')).toBe(2);
  });

  test('does not count the time that it waited', async () => {
    createPool({ jobTimeout: 2, queueLimit: 8 });
    await pool.warm();
    const began = performance.now();
    const jobs = Array.from({ length: 8 }, () => job('slow'));
    await expect(Promise.all(jobs)).resolves.toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
    expect(performance.now() - began).toBeGreaterThan(2000);
  });
});

describe('a client that goes away', () => {
  test('takes its running job along', async () => {
    createPool();
    const client = new AbortController();
    const lost = expect(job('spin', client.signal)).rejects.toThrow();
    await sleep(100);
    client.abort();
    await lost;
    expect(await job('ok')).toBe(1);
    expect([pool.depth, pool.active]).toEqual([0, 0]);
  });

  test('takes its waiting job along, and the worker never hears of it', async () => {
    createPool();
    const client = new AbortController();
    const first = job('slow');
    const lost = expect(job('ok', client.signal)).rejects.toThrow();
    expect(pool.depth).toBe(1);
    client.abort();
    await lost;
    expect(await first).toBe(1);
    expect(await job('ok')).toBe(2);
  });
});

describe('the queue', () => {
  test('turns away who finds no place', async () => {
    createPool({ queueLimit: 1 });
    const inside = [job('slow'), job('slow')];
    await expect(job('ok')).rejects.toMatchObject({
      status: 503,
      code: 'queue_full',
      headers: { 'Retry-After': '5' },
    });
    expect([pool.depth, pool.active]).toEqual([1, 1]);
    await Promise.all(inside);
    expect(await job('ok')).toBe(3);
  });

  test('turns away who has as many places as a tenant may have, and takes in another', () => {
    createPool({ tenantLimit: 1 });
    const place = pool.enter('a');
    const refusal = { status: 503, code: 'tenant_queue_full', headers: { 'Retry-After': '5' } };
    expect(() => pool.enter('a')).toThrow(expect.objectContaining(refusal));
    pool.enter('b').leave();
    place.leave();
    pool.enter('a').leave();
  });

  test('serves as many at once as there are workers', async () => {
    createPool({ workers: 2 });
    await pool.warm();
    const jobs = [job('slow'), job('slow'), job('slow')];
    await sleep(100);
    expect([pool.depth, pool.active]).toEqual([1, 2]);
    await Promise.all(jobs);
    expect([pool.depth, pool.active]).toEqual([0, 0]);
  });
});

test('closing ends running and waiting jobs and lets none in', async () => {
  createPool();
  const jobs = [job('spin'), job('slow')].map((promise) =>
    expect(promise).rejects.toMatchObject({ status: 503, code: 'shutting_down' }),
  );
  await sleep(100);
  await pool.close();
  await Promise.all(jobs);
  expect(() => pool.enter()).toThrow(expect.objectContaining({ code: 'shutting_down' }));
});

test('a small JPEG that loses the place comes back from the thread that took it out', async () => {
  createPool({
    workerFile: new URL('../../../dist/origin/render-worker.js', import.meta.url),
    settings: { modelsFolder: '', model: 'none', providers: ['cpu'], threads: 1, maxPixels: 10_000 },
  });
  const body = withSegments(await bareJpeg(), exifSegment(exifTiff({ times: 1 })));
  const place = pool.enter();
  const job = { kind: 'encode', body, parameters: { variant: {}, model: 'none' } } as const;
  const { layout } = await pool.run(place, job, never);
  place.leave();
  expect(parseLayoutIndex(layout).notices).toEqual(['location_removed']);
});
