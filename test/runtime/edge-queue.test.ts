import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readLayout } from '../../src/container/index.ts';
import { bytesOf, exr, jobEnd, problemCode, startEdge, uploaded } from './edge-harness.ts';
import type { Edge } from './edge-harness.ts';
import type { Fault } from './fake-origin.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
});
afterEach(() => {
  // A test that failed must not hold up those after it.
  for (const release of holds.splice(0)) release();
  edge.origin.requests.length = 0;
  edge.origin.faults.length = 0;
});
afterAll(() => edge.stop());

const holds: (() => void)[] = [];
function hold(): { held: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  holds.push(release);
  return { held, release };
}

const BEARER = 'Bearer a token of the uploader';

const ok: Fault = (response, file) => void response.end(file);
const crash: Fault = (response, file) => {
  response.write(file.subarray(0, file.length >> 1), () => response.destroy());
};
const status =
  (code: number, body = '', headers = {}): Fault =>
  (response) => {
    response.removeHeader('Content-Length');
    response.writeHead(code, headers).end(body);
  };
const encodes = (): string[] => edge.origin.requests.filter((target) => target.startsWith('/encode'));

async function put(key: string, seed: number): Promise<string> {
  const response = await edge.put(key, await exr(seed));
  expect(response.status).toBe(202);
  return response.headers.get('Location') ?? '';
}

describe('a job', () => {
  test('renders the base first, which is answered while the layers are encoded', async () => {
    const { held, release } = hold();
    edge.origin.faults.push(ok, async (response, file) => {
      await held;
      response.end(file);
    });
    const location = await put('early.exr', 11);
    const early = await edge.get('/images/early.exr?hdr=1');
    expect(early.headers.get('Afterglow')).toBe('sdr;pending');
    expect(early.headers.get('Cache-Control')).toBe('public, max-age=5');
    expect(early.headers.get('ETag')).toContain('pending');
    const base = await bytesOf(early);
    expect(readLayout(base).kind).toBe('sdr');
    // Who has the base, and asks for what lies behind it, is told that it is still to come.
    const behind = await edge.get('/images/early.exr?hdr=1', { headers: { Range: `bytes=${base.length}-` } });
    expect([behind.status, behind.headers.get('Afterglow')]).toEqual([416, 'sdr;pending']);
    expect(await (await edge.get(location)).json()).toMatchObject({ status: 'encoding', attempts: 1 });
    release();
    expect(await jobEnd(edge, location)).toMatchObject({ status: 'done', attempts: 1 });
    const late = await bytesOf(await edge.get('/images/early.exr?hdr=1'));
    const plain = await bytesOf(await edge.get('/images/early.exr?hdr=0'));
    expect(late.subarray(0, plain.length).equals(plain)).toBe(true);
    expect(encodes()).toEqual(['/encode?layers=0', '/encode']);
  });

  test('that ends while a request looks for its layers is not answered as one without them', async () => {
    for (let seed = 40; seed < 44; seed++) {
      const location = await put(`race-${seed}.exr`, seed);
      for (let said: string | null = ''; !said?.includes('layered');) {
        const response = await edge.get(`/images/race-${seed}.exr?hdr=1`, { method: 'HEAD' });
        said = response.headers.get('Afterglow');
        expect(said).not.toBe('sdr');
      }
      expect(await jobEnd(edge, location)).toMatchObject({ status: 'done' });
    }
  });

  test('that breaks off is tried again, without doing anything twice', async () => {
    edge.origin.faults.push(crash, ok, status(500), crash);
    const retried = await put('flaky.exr', 12);
    expect(await jobEnd(edge, retried)).toMatchObject({ status: 'failed', attempts: 3 });
    edge.origin.faults.length = 0;
    edge.origin.requests.length = 0;
    edge.origin.faults.push(ok, crash, ok);
    expect(await jobEnd(edge, await put('flaky.exr', 12))).toMatchObject({ status: 'done', attempts: 2 });
    expect(encodes()).toEqual(['/encode?layers=0', '/encode', '/encode']);
  });

  test('that no attempt gets done is dead-lettered, and says why', async () => {
    edge.origin.faults.push(status(500), status(500), status(500));
    const job = await jobEnd(edge, await put('doomed.exr', 13));
    expect(job).toMatchObject({ status: 'failed', attempts: 3, problem: { code: 'encode_failed' } });
    expect(job.problem?.detail).toBe('The origin failed 3 times; the last time, it answered 500.');
    const picture = await edge.get('/images/doomed.exr');
    expect([picture.status, await problemCode(picture)]).toEqual([503, 'encode_failed']);
  });

  test('that failed can be begun again by who may upload, without another upload', async () => {
    edge.origin.faults.push(status(500), status(500), status(500));
    const location = await put('mended.exr', 16);
    expect(await jobEnd(edge, location)).toMatchObject({ status: 'failed' });
    const retry = (headers = {}) => edge.get(location, { method: 'POST', headers });
    expect((await retry()).status).toBe(401);
    const again = await retry({ Authorization: BEARER });
    expect([again.status, again.headers.get('Location')]).toEqual([202, location]);
    expect(await jobEnd(edge, location)).toMatchObject({ status: 'done', attempts: 4 });
    await bytesOf(await edge.get('/images/mended.exr?hdr=1'));

    const over = await retry({ Authorization: BEARER });
    expect([over.status, await problemCode(over)]).toEqual([409, 'not_failed']);
    await jobEnd(edge, await put('mended.exr', 17));
    const replaced = await retry({ Authorization: BEARER });
    expect([replaced.status, await problemCode(replaced)]).toEqual([409, 'superseded']);
    const unknown = await edge.get('/jobs/nobody', { method: 'POST', headers: { Authorization: BEARER } });
    expect([unknown.status, await problemCode(unknown)]).toEqual([404, 'not_found']);
  });

  test('whose layers never come keeps its base', async () => {
    edge.origin.faults.push(ok, status(500), status(500), status(500));
    expect(await jobEnd(edge, await put('base-only.exr', 14))).toMatchObject({ status: 'failed' });
    const picture = await edge.get('/images/base-only.exr?hdr=1');
    expect(picture.headers.get('Afterglow')).toBe('sdr');
    await bytesOf(picture);
  });

  test('that the origin refuses fails at once with its problem', async () => {
    const problem = {
      type: 'about:blank',
      status: 422,
      code: 'too_dark',
      title: 'Too dark',
      detail: 'No light.',
    };
    edge.origin.faults.push(status(422, JSON.stringify(problem)));
    const job = await jobEnd(edge, await put('dark.exr', 15));
    expect(job).toMatchObject({ status: 'failed', attempts: 1, problem: { code: 'too_dark' } });
    const picture = await edge.get('/images/dark.exr');
    expect([picture.status, await problemCode(picture)]).toEqual([422, 'too_dark']);
  });

  test('tells the origin whose picture it is: the first segment of its key', async () => {
    edge.origin.tenants.length = 0;
    await jobEnd(edge, await put('café/2026/a.exr', 18));
    // Looked at, base, layers.
    expect(edge.origin.tenants).toEqual(['café', 'café', 'café']);
    edge.origin.tenants.length = 0;
    await jobEnd(edge, await put('no-folder.exr', 19));
    expect(edge.origin.tenants).toEqual(['', '', '']);
  });

  test('uses up no attempt while the origin is busy', async () => {
    const busy = status(503, '', { 'Retry-After': '1' });
    const crowded = status(503, JSON.stringify({ code: 'tenant_queue_full' }), { 'Retry-After': '1' });
    edge.origin.faults.push(busy, crowded, busy, crowded);
    expect(await jobEnd(edge, await put('busy.exr', 16))).toMatchObject({ status: 'done', attempts: 1 });
  });

  test('whose answer has another layout than its length is not believed', async () => {
    edge.origin.faults.push((response, file) => {
      response.setHeader('Content-Length', 10);
      response.end(file.subarray(0, 10));
    });
    expect(await jobEnd(edge, await put('short.exr', 17))).toMatchObject({ status: 'done', attempts: 2 });
  });

  test('whose origin is killed in the middle and comes back ends done, once', async () => {
    const killed = new Promise<void>((resolve) => {
      edge.origin.faults.push(ok, async () => {
        await edge.origin.kill();
        resolve();
      });
    });
    const location = await put('killed.exr', 18);
    await killed;
    const waiting = await edge.get('/images/killed.exr?hdr=1');
    expect(waiting.headers.get('Afterglow')).toBe('sdr;pending');
    await edge.origin.restart();
    expect(await jobEnd(edge, location)).toMatchObject({ status: 'done', attempts: 2 });
    expect(encodes()).toEqual(['/encode?layers=0', '/encode', '/encode']);
  });

  test('begins anew under a new generation if the origin no longer renders the same base', async () => {
    edge.origin.faults.push((response, file) => {
      response.end(file);
      edge.origin.baseQuality = 40;
    });
    const location = await put('changed.exr', 19);
    await bytesOf(await edge.get('/images/changed.exr?hdr=0'));
    expect(await jobEnd(edge, location)).toMatchObject({ status: 'done' });
    const base = await bytesOf(await edge.get('/images/changed.exr?hdr=0'));
    const layered = await bytesOf(await edge.get('/images/changed.exr?hdr=1'));
    expect(layered.subarray(0, base.length).equals(base)).toBe(true);
    expect(encodes()).toHaveLength(4);
  });
});

describe('messages', () => {
  test('may come again', async () => {
    const { id } = await uploaded(edge, 'again.exr', 21);
    const queue = await edge.miniflare.getQueueProducer('ENCODE_QUEUE');
    await queue.send({ job: id });
    await queue.send({ job: 'no-such-job' });
    await queue.send('nonsense');
    await uploaded(edge, 'after.exr', 22);
    expect(encodes()).toHaveLength(4);
  });

  test('of an upload that a newer one superseded end its job', async () => {
    const { held, release } = hold();
    edge.origin.faults.push(async (response, file) => {
      await held;
      response.end(file);
    });
    const first = await put('newer.exr', 23);
    const second = await put('newer.exr', 24);
    release();
    expect(await jobEnd(edge, second)).toMatchObject({ status: 'done' });
    expect(await jobEnd(edge, first)).toMatchObject({ status: 'failed', problem: { code: 'superseded' } });
  });

  test('of R2 about an object in the inbox do what an upload does', async () => {
    const masters = await edge.miniflare.getR2Bucket('MASTERS');
    const queue = await edge.miniflare.getQueueProducer('ENCODE_QUEUE');
    const notify = (key: string) =>
      queue.send({
        account: '3f4b7e3dcab231cbfdaa90a6a28bd548',
        action: 'PutObject',
        bucket: 'afterglow-masters',
        object: { key, size: 1, eTag: 'x' },
        eventTime: new Date().toISOString(),
      });
    await masters.put('uploads/inbox/a.exr', await exr(25));
    await masters.put('uploads/inbox/bad.exr', 'no picture');
    await notify('uploads/inbox/a.exr');
    await notify('uploads/inbox/a.exr');
    await notify('uploads/inbox/bad.exr');
    await notify('uploads/inbox/none.exr');
    await notify('masters/other');
    let picture: Response;
    do {
      picture = await edge.get('/images/inbox/a.exr?hdr=1');
      await picture.body?.cancel();
    } while (picture.headers.get('Afterglow')?.startsWith('layered') !== true);
    expect(encodes()).toHaveLength(2);
    expect((await edge.get('/images/inbox/bad.exr')).status).toBe(404);
    await edge.remove('inbox/a.exr');
    expect((await edge.stored()).filter((name) => name.includes('inbox/a'))).toEqual([]);
  });
});
