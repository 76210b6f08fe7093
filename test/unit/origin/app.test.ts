import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { bodyDigestOf, signRequest } from '../../../src/delivery/origin-signature.ts';
import { ProblemError } from '../../../src/delivery/problem.ts';
import { createApp } from '../../../src/origin/app.ts';
import type { OriginContext } from '../../../src/origin/context.ts';
import type { Job } from '../../../src/origin/jobs.ts';
import { createMetrics } from '../../../src/origin/metrics.ts';

const ORIGIN_SECRET = 'a secret of the edge';
type Run = OriginContext['pool']['run'];

/** An origin whose pool is `run`; it keeps what the pool was given and what was logged. */
function origin(run: Run = () => Promise.resolve({ bytes: Uint8Array.of(9), layout: '{"v":1}' } as never)) {
  const jobs: Job[] = [];
  const logged: string[] = [];
  const places = { taken: 0 };
  const pool: OriginContext['pool'] = {
    depth: 3,
    active: 1,
    enter: () => {
      places.taken++;
      return { turn: () => Promise.resolve(), leave: () => void (places.taken -= 1) };
    },
    run: (place, job, signal) => {
      jobs.push(job as Job);
      return run(place, job, signal);
    },
  };
  const app = createApp({
    config: { ORIGIN_SECRET, MAX_BODY_BYTES: 100 },
    pool,
    probes: pool,
    metrics: createMetrics({ render: pool, probe: pool }),
    log: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    collector: {
      endpoint: undefined,
      headers: undefined,
      service: 'test',
      version: '0',
      onError: () => undefined,
    },
    status: { provider: 'cpu', model: 'han2020', version: '1.2.3' },
  });
  return { app, jobs, logged, places };
}

async function signedPost(target: string, body: Uint8Array<ArrayBuffer> | ReadableStream, digest?: string) {
  const bodyDigest = digest ?? (body instanceof Uint8Array ? await bodyDigestOf(body) : '0'.repeat(64));
  const date = Math.floor(Date.now() / 1000);
  const headers = await signRequest({ method: 'POST', target, bodyDigest, date }, ORIGIN_SECRET);
  return new Request(`http://origin${target}`, {
    method: 'POST',
    headers,
    body,
    duplex: 'half',
  } as RequestInit);
}

const picture = Uint8Array.of(1, 2, 3);

describe('POST /encode', () => {
  test('hands body and parameters to the pool and answers the file with its layout', async () => {
    const { app, jobs, places } = origin();
    const target =
      '/encode?q=80&layers=0&w=640&h=480&fit=cover&crop=1,2,30,40&ev=-1.5&tmo=reinhard&model=han2020';
    const response = await app.request(await signedPost(target, picture));
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('image/jpeg');
    expect(response.headers.get('Afterglow-Layout')).toBe('{"v":1}');
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([9]);
    const crop = { x: 1, y: 2, w: 30, h: 40 };
    const variant = { crop, w: 640, h: 480, fit: 'cover', ev: -1.5, tmo: 'reinhard', q: 80 };
    const parameters = { layers: 0, model: 'han2020', variant };
    expect(jobs).toEqual([{ kind: 'encode', body: picture, parameters }]);
    expect(places.taken).toBe(0);
  });

  test('takes the quality by the name that encoders have for it', async () => {
    const { app, jobs } = origin();
    expect((await app.request(await signedPost('/encode?quality=70', picture))).status).toBe(200);
    expect(jobs).toEqual([{ kind: 'encode', body: picture, parameters: { variant: { q: 70 } } }]);
  });

  test('refuses a parameter given twice', async () => {
    const { app } = origin();
    const response = await app.request(await signedPost('/encode?q=80&quality=70', picture));
    expect(await response.json()).toMatchObject({ status: 400, code: 'duplicate_parameter' });
  });

  test.each([
    'quality=0',
    'quality=101',
    'quality=1e1',
    'layers=-1',
    'layers=33',
    'w=0',
    'crop=1,2,3',
    'fit=fill',
    'ev=9',
    'bg=red',
    'tmo=drago',
    'size=3',
  ])('refuses %s', async (query) => {
    const { app, jobs } = origin();
    const response = await app.request(await signedPost(`/encode?${query}`, picture));
    expect(response.status).toBe(400);
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    const problem = (await response.json()) as { code: string; detail: string };
    expect(problem.code).toBe('invalid_parameter');
    expect(problem.detail).toContain(query.split('=')[0]!.replace('quality', 'q'));
    expect(jobs).toEqual([]);
  });
});

describe('POST /decode', () => {
  test.each([
    ['', 'exr', true, 'image/x-exr'],
    ['?format=pfm&post=0&layers=2', 'pfm', false, 'image/x-portable-floatmap'],
    ['?format=hdr&post=1', 'hdr', true, 'image/vnd.radiance'],
  ])('%s', async (query, format, post, type) => {
    const { app, jobs } = origin();
    const response = await app.request(await signedPost(`/decode${query}`, picture));
    expect(response.headers.get('Content-Type')).toBe(type);
    expect(jobs[0]).toMatchObject({ kind: 'decode', parameters: { format, post } });
  });
});

test('POST /probe answers what the pool found out, as JSON', async () => {
  const probe = { kind: 'exr', width: 3, height: 2, headroom: 1.5 };
  const { app, jobs } = origin(() => Promise.resolve(probe as never));
  const response = await app.request(await signedPost('/probe', picture));
  expect(await response.json()).toEqual(probe);
  expect(jobs).toEqual([{ kind: 'probe', body: picture }]);
});

describe('a body', () => {
  const endless = () =>
    new ReadableStream({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(40));
      },
    });

  test('that is larger than allowed is not read to its end', async () => {
    const { app, jobs, places } = origin();
    const response = await app.request(await signedPost('/encode', endless()));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'body_too_large' });
    expect([jobs.length, places.taken]).toEqual([0, 0]);
  });

  test('that was announced as larger is not read at all', async () => {
    const { app } = origin();
    const request = await signedPost('/encode', picture);
    request.headers.set('Content-Length', '101');
    const response = await app.request(request);
    expect(response.status).toBe(413);
    expect(request.bodyUsed).toBe(false);
  });

  test('that is not the one that was signed is refused', async () => {
    const { app, jobs } = origin();
    const response = await app.request(await signedPost('/encode', picture, 'a'.repeat(64)));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'digest_mismatch' });
    expect(jobs).toEqual([]);
  });
});

describe('errors', () => {
  test('of the inside stay inside, and are logged', async () => {
    const { app, logged, places } = origin(() => Promise.reject(new Error('/etc/secret/path')));
    const response = await app.request(await signedPost('/encode', picture));
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'internal_error' });
    expect(text).not.toContain('secret');
    expect(logged.join('')).toContain('/etc/secret/path');
    expect(places.taken).toBe(0);
  });

  test('that are problems are answered with their status, code and headers', async () => {
    const busy = {
      status: 503,
      code: 'queue_full',
      title: 'Full',
      detail: 'Full.',
      headers: { 'Retry-After': '5' },
    };
    const { app } = origin(() => Promise.reject(new ProblemError(busy)));
    const response = await app.request(await signedPost('/decode', picture));
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ code: 'queue_full', status: 503 });
  });

  test.each([
    ['GET', '/encode'],
    ['POST', '/'],
    ['GET', '/images/a'],
  ])('%s %s is not found', async (method, path) => {
    const response = await origin().app.request(path, { method });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'not_found' });
  });

  test('unsigned requests get no further than the signature', async () => {
    const { app, jobs } = origin();
    for (const path of ['/encode', '/decode', '/probe', '/encode?quality=wrong']) {
      const response = await app.request(path, { method: 'POST', body: picture });
      expect(response.status).toBe(401);
      expect(response.headers.get('WWW-Authenticate')).toBe('Afterglow-HMAC-SHA256');
      expect(await response.json()).toMatchObject({ code: 'signature_missing' });
    }
    expect(jobs).toEqual([]);
  });
});

test('GET /healthz says what is in use', async () => {
  const response = await origin().app.request('/healthz');
  expect(response.headers.get('Cache-Control')).toBe('no-store');
  expect(await response.json()).toEqual({
    status: 'ok',
    provider: 'cpu',
    model: 'han2020',
    version: '1.2.3',
    queue: 3,
    active: 1,
  });
});

test('GET /metrics counts requests by route, whatever their paths', async () => {
  const { app } = origin();
  await app.request(await signedPost('/encode?quality=80', picture));
  await app.request('/no/such/path');
  const text = await (await app.request('/metrics')).text();
  expect(text).toContain('afterglow_origin_requests_total{route="/encode",status="200"} 1');
  expect(text).toMatch(/afterglow_origin_requests_total\{route="[^"]*",status="404"\} 1/);
  expect(text).not.toContain('/no/such/path');
  expect(text).toContain('afterglow_origin_queue_depth{pool="render"} 3');
  expect(text).toContain('afterglow_origin_job_seconds_count{job="encode",outcome="done"} 1');
  expect(text).toContain('afterglow_origin_bytes_total{direction="in"} 3');
});
