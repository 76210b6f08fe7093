import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readLayout } from '../../src/container/index.ts';
import { bytesOf, exr, hdrFile, jobEnd, problemCode, startEdge, uploaded } from './edge-harness.ts';
import type { Edge } from './edge-harness.ts';
import type { Fault } from './fake-origin.ts';

/** Nothing half-written is served, nothing accepted is lost, and every client gets a picture or a problem in time. */

let edge: Edge;
afterEach(() => {
  edge.origin.faults.length = 0;
  edge.origin.requests.length = 0;
});

/** A machine that does much else at the same time is slow, and nothing here is about time. */
const PATIENT = { timeout: 20_000 };
const encodes = (): string[] => edge.origin.requests.filter((target) => target.startsWith('/encode'));

/** A fault that lets the origin answer when it is told to. */
function hold(): { fault: Fault; release: () => void } {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  return {
    release: () => {
      release();
    },
    fault: async (response, file) => {
      await held;
      response.end(file);
    },
  };
}

/** A picture that is whole, or a problem that says when to come back. */
async function expectAnswer(response: Response): Promise<number> {
  if (response.status === 200) {
    expect(readLayout(await bytesOf(response)).kind).toMatch(/^(?:sdr|layered)$/);
  } else {
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(response.status).toBe(503);
    expect(response.headers.get('Retry-After')).toMatch(/^\d+$/);
    await response.body?.cancel();
  }
  return response.status;
}

describe('the origin', () => {
  beforeAll(async () => {
    edge = await startEdge({ variables: { PATIENCE_SECONDS: '2' } });
    await uploaded(edge, 'a.exr');
    edge.origin.requests.length = 0;
  });
  afterAll(() => edge.stop());

  test('slow: 503 with Retry-After when patience ends, and the rendering is there for the next', async () => {
    const { fault, release } = hold();
    edge.origin.faults.push(fault);
    const waiting = await edge.get('/images/a.exr?hdr=0&w=31');
    expect([waiting.status, waiting.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(await problemCode(waiting)).toBe('not_ready');
    release();
    await bytesOf(await edge.get('/images/a.exr?hdr=0&w=31'));
    expect(encodes()).toHaveLength(1);
  });

  test('down: what is rendered is served, what is not is a problem, and comes when it is back', async () => {
    await edge.origin.kill();
    await bytesOf(await edge.get('/images/a.exr?hdr=1'));
    const missing = await edge.get('/images/a.exr?hdr=0&w=29');
    expect([missing.status, await problemCode(missing)]).toEqual([503, 'origin_failed']);
    await edge.origin.restart();
    await bytesOf(await edge.get('/images/a.exr?hdr=0&w=29'));
  });

  test('down after an upload was accepted: the upload is encoded when it is back', async () => {
    const held = new Promise<void>((resolve) => {
      edge.origin.faults.push(async () => {
        await edge.origin.kill();
        resolve();
      });
    });
    const upload = await edge.put('later.exr', await exr(2));
    expect(upload.status).toBe(202);
    await held;
    expect(await expectAnswer(await edge.get('/images/later.exr?hdr=1'))).toBe(503);
    await edge.origin.restart();
    expect(await jobEnd(edge, upload.headers.get('Location'))).toMatchObject({ status: 'done' });
    expect(await expectAnswer(await edge.get('/images/later.exr?hdr=1'))).toBe(200);
  });

  test('breaking off in the middle leaves nothing that could be served', async () => {
    edge.origin.faults.push((response, file) => {
      response.write(file.subarray(0, file.length >> 1), () => response.destroy());
    });
    const broken = await edge.get('/images/a.exr?hdr=0&w=28');
    expect([broken.status, await problemCode(broken)]).toEqual([503, 'origin_failed']);
    expect((await edge.stored()).filter((name) => /w[^/]*28/.test(name))).toEqual([]);
  });
});

describe('a rendition that many want', () => {
  beforeAll(async () => {
    edge = await startEdge();
    await uploaded(edge, 'a.exr');
    edge.origin.requests.length = 0;
  });
  afterAll(() => edge.stop());

  test('however many ask for what is not rendered, renders it once', async () => {
    const { fault, release } = hold();
    edge.origin.faults.push(fault);
    const asking = Array.from({ length: 200 }, () => edge.get('/images/a.exr?hdr=0&w=30'));
    await expect.poll(() => encodes().length, PATIENT).toBe(1);
    release();
    const bodies = await Promise.all(asking.map(async (response) => bytesOf(await response)));
    expect(new Set(bodies.map((body) => body.toString('base64'))).size).toBe(1);
    expect(encodes()).toHaveLength(1);
  });
});

describe('the queue', () => {
  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge.stop());

  test('delivering a message five times at once has everything rendered once', async () => {
    const base = hold();
    const layers = hold();
    edge.origin.faults.push(base.fault, layers.fault);
    const upload = await edge.put('often.exr', await exr(3));
    const { id } = (await upload.json()) as { id: string };
    const queue = await edge.miniflare.getQueueProducer('ENCODE_QUEUE');
    for (let i = 0; i < 4; i++) await queue.send({ job: id });
    await expect.poll(() => encodes().length, PATIENT).toBe(1);
    base.release();
    await expect.poll(() => encodes().length, PATIENT).toBe(2);
    layers.release();
    expect(await jobEnd(edge, `/jobs/${id}`)).toMatchObject({ status: 'done' });
    await queue.send({ job: id });
    await uploaded(edge, 'after.exr', 4);
    expect(encodes()).toEqual(['/encode?layers=0', '/encode', '/encode?layers=0', '/encode']);
    await bytesOf(await edge.get('/images/often.exr?hdr=1'));
  });
});

describe('R2 failing one call in ten', () => {
  beforeAll(async () => {
    const read = (path: string): Promise<string> => readFile(path, 'utf8');
    edge = await startEdge(
      { retries: 5 },
      {
        scriptPath: undefined,
        modulesRoot: '.',
        modules: [
          {
            type: 'ESModule',
            path: 'faulty-bindings.js',
            contents: await read('test/runtime/fixtures/faulty-bindings.js'),
          },
          { type: 'ESModule', path: 'worker.js', contents: await read('dist/edge/worker.js') },
        ],
      },
    );
  });
  afterAll(() => edge.stop());

  const outage = (state: 'on' | 'off'): Promise<Response> =>
    edge.get('/test/outage', { method: 'POST', body: state });

  test('is nothing that a client sees, and loses no upload', async () => {
    for (let seed = 20; seed < 26; seed++) {
      const key = `faulty-${seed}.exr`;
      const upload = await edge.put(key, await exr(seed));
      expect(upload.status).toBe(202);
      expect(await jobEnd(edge, upload.headers.get('Location'))).toMatchObject({ status: 'done' });
      for (const query of ['hdr=0', 'hdr=1', 'hdr=1&layers=1', 'hdr=0&w=40']) {
        const response = await edge.get(`/images/${key}?${query}`, {
          headers: { 'Cache-Control': 'no-cache' },
        });
        expect(await expectAnswer(response)).toBe(200);
      }
    }
    expect(Number(await (await outage('off')).text())).toBeGreaterThan(100);
  });

  test('also not to an upload in several parts', async () => {
    const upload = await edge.put('parts.pfm', await hdrFile('pfm', 5, 1000, 800));
    expect(upload.status).toBe(202);
    expect(await jobEnd(edge, upload.headers.get('Location'))).toMatchObject({ status: 'done' });
    expect(await expectAnswer(await edge.get('/images/parts.pfm?hdr=1'))).toBe(200);
  });

  test('failing altogether: what the edge knows is served, all else is 503 with Retry-After, and nothing stays broken', async () => {
    const hit = async (): Promise<string | null> => {
      const response = await edge.get('/images/faulty-20.exr?hdr=0');
      expect(response.status).toBe(200);
      await response.arrayBuffer();
      return response.headers.get('Cache-Status');
    };
    await expect.poll(hit, PATIENT).toBe('afterglow; hit');
    await outage('on');
    // Longer than a pointer is believed: the cache goes on with what it has (RFC 5861 §4).
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(await hit()).toBe('afterglow; hit');
    const unknown = await edge.get('/images/unknown.exr');
    expect([unknown.status, unknown.headers.get('Retry-After')]).toEqual([503, '1']);
    expect(await problemCode(unknown)).toBe('storage_unavailable');
    const upload = await edge.put('outage.exr', await exr(30));
    expect([upload.status, await problemCode(upload)]).toEqual([503, 'storage_unavailable']);
    await outage('off');
    expect((await edge.get('/images/outage.exr')).status).toBe(404);
    expect(await expectAnswer(await edge.get('/images/faulty-21.exr'))).toBe(200);
  });
});

describe('a worker that is killed', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'afterglow-killed-'));
  });
  afterAll(async () => {
    await edge.stop();
    await rm(folder, { recursive: true });
  });

  test('in the middle of an upload leaves what was there before', async () => {
    edge = await startEdge({ persistTo: folder });
    await uploaded(edge, 'a.exr', 40);
    const before = await bytesOf(await edge.get('/images/a.exr?hdr=1'));
    const address = await edge.miniflare.ready;
    const picture = await hdrFile('pfm', 41, 1600, 1000);
    const upload = httpRequest(new URL('/images/a.exr', address), {
      method: 'PUT',
      headers: { Authorization: 'Bearer a token of the uploader', 'Content-Length': picture.length },
    });
    const broken = new Promise((resolve) => upload.on('error', resolve));
    // More than one part of R2, less than all of it.
    await new Promise((resolve) => upload.write(picture.subarray(0, 17_000_000), resolve));
    await edge.stop();
    await broken;

    edge = await startEdge({ persistTo: folder });
    const after = await bytesOf(await edge.get('/images/a.exr?hdr=1'));
    expect(after.equals(before)).toBe(true);
    expect((await edge.stored()).filter((name) => name.startsWith('masters/'))).toHaveLength(1);
    await uploaded(edge, 'a.exr', 42);
  });

  test('leaves masters, renditions and lost messages to the sweep', async () => {
    const masters = await edge.miniflare.getR2Bucket('MASTERS');
    const renditions = await edge.miniflare.getR2Bucket('RENDITIONS');
    const { id } = await uploaded(edge, 'kept.exr', 43);
    await masters.put('masters/orphan', 'x', { customMetadata: { key: 'kept.exr' } });
    await renditions.put('orphan/1/original/base.jpg', 'x', { customMetadata: { key: 'nothing.exr' } });
    const job = { id: 'lost', key: 'kept.exr', generation: 'gone', variant: {}, status: 'queued' };
    await masters.put('jobs/lost.json', JSON.stringify({ ...job, progress: 0, attempts: 0 }));
    const before = await edge.stored();
    const worker = await edge.miniflare.getWorker();
    const hours = (h: number) => ({
      scheduledTime: new Date(Date.now() + h * 3_600_000),
      cron: '17 * * * *',
    });

    await worker.scheduled(hours(1));
    expect((await edge.stored()).filter((name) => name !== 'sweep.json')).toEqual(before);
    await worker.scheduled(hours(25));
    expect(await jobEnd(edge, '/jobs/lost')).toMatchObject({
      status: 'failed',
      problem: { code: 'superseded' },
    });
    expect((await edge.stored()).filter((name) => name.includes('orphan'))).toEqual([]);
    await worker.scheduled(hours(31 * 24));
    const left = await edge.stored();
    expect(left).not.toContain(`jobs/${id}.json`);
    expect(left).toContain(`masters/${id}`);
    await bytesOf(await edge.get('/images/kept.exr?hdr=1'));
  });
});
