import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HdrPicture } from '../../src/codec/picture.ts';
import { cut, layoutIndex, parseLayoutIndex, readLayout } from '../../src/container/index.ts';
import { read, write } from '../../src/formats/index.ts';
import { OriginProcess, spawnOrigin } from './origin-process.ts';

/** A landscape of sorts: a gradient of sky, textured ground, a sun. */
function landscape(width: number, height: number): HdrPicture {
  const data = new Float32Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const sun = Math.hypot(x - width * 0.7, y - height * 0.2) < height * 0.05 ? 800 : 0;
      const light = y < height / 2 ? 2 - (2 * y) / height : 0.3 + 0.1 * Math.sin(x / 3) * Math.cos(y / 5);
      data.set([light + sun, light * 0.9 + sun, light * 1.2 + sun * 0.9], i);
    }
  }
  return { width, height, data, primaries: 'bt709', nitsPerUnit: null };
}

const file = async (picture: HdrPicture, kind: 'pfm' | 'exr' | 'hdr') =>
  new Uint8Array(await write(picture, kind)) satisfies Uint8Array<ArrayBuffer>;
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());
const text8 = (value: string) => new TextEncoder().encode(value);

const picture = landscape(72, 40);
const exr = await file(picture, 'exr');
/** Large enough that rendering it takes longer than a test needs to look around. */
const large = await file(landscape(1536, 1024), 'pfm');

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(response.headers.get('Content-Type')).toBe('application/problem+json');
  const problem = (await response.json()) as Record<string, unknown>;
  expect([problem.code, problem.status, response.status]).toEqual([code, status, status]);
  expect(Object.keys(problem).sort()).toEqual(['code', 'detail', 'status', 'title', 'type']);
}

async function untilActive(origin: OriginProcess): Promise<void> {
  while ((await origin.health()).active !== 1) await sleep(10);
}

test('an origin believes the secret that is being replaced, and no other', async () => {
  const origin = await OriginProcess.start({ ORIGIN_SECRET_BEFORE: 'the secret of last year' });
  try {
    const statusOf = async (options = {}) => (await origin.post('/probe', exr, options)).status;
    expect(await statusOf()).toBe(200);
    expect(await statusOf({ secret: 'the secret of last year' })).toBe(200);
    expect(await statusOf({ secret: 'the secret of next year' })).toBe(401);
  } finally {
    await origin.stop();
  }
});

describe('an origin', () => {
  let origin: OriginProcess;
  beforeAll(async () => {
    origin = await OriginProcess.start({ MAX_BODY_BYTES: '400000' });
  });
  afterAll(async () => {
    expect(await origin.stop()).toBe(0);
  });

  test('says which provider it uses, at start and when asked', async () => {
    expect(origin.log.join('\n')).toContain('rendering on cpu');
    expect(await origin.health()).toMatchObject({ status: 'ok', provider: 'cpu', queue: 0, active: 0 });
  });

  test.each(['exr', 'pfm', 'hdr'] as const)('encodes %s and decodes it again', async (kind) => {
    const encoded = await origin.post('/encode?layers=2&quality=90', await file(picture, kind));
    expect(encoded.status).toBe(200);
    expect(encoded.headers.get('Content-Type')).toBe('image/jpeg');
    const layered = await bytesOf(encoded);
    const layout = readLayout(layered);
    expect(encoded.headers.get('Afterglow-Layout')).toBe(layoutIndex(layout));
    // Fewer layers than asked for are right where a further one would not help.
    if (layout.kind !== 'layered') throw new Error('The answer has no header.');
    expect(layout.layers.length).toBeLessThanOrEqual(2);
    expect(layout.layers.every(({ complete }) => complete)).toBe(true);
    expect(await sharp(layered).metadata()).toMatchObject({ format: 'jpeg', width: 72, height: 40 });

    const decoded = await origin.post('/decode?layers=0&post=0&format=pfm', layered);
    expect(decoded.headers.get('Content-Type')).toBe('image/x-portable-floatmap');
    const back = await read(await bytesOf(decoded));
    expect([back.width, back.height]).toEqual([72, 40]);
    // Same units and scale: the base alone is near the ground's and the sky's light.
    const ratios = Array.from(back.data, (value, i) => value / picture.data[i]!).sort((a, b) => a - b);
    expect(ratios[ratios.length >> 1]).toBeCloseTo(1, 1);
    for (const format of ['exr', 'hdr']) {
      const whole = await origin.post(`/decode?format=${format}`, layered);
      expect(await read(await bytesOf(whole))).toMatchObject({ width: 72, height: 40 });
    }
  });

  test('decodes a file that no model had a part in', async () => {
    const file = await bytesOf(await origin.post('/encode?model=none', exr));
    expect(readLayout(file)).toMatchObject({ header: { modelId: 'none', layers: [] } });
    const { width, height } = await read(await bytesOf(await origin.post('/decode?format=pfm', file)));
    expect([width, height]).toEqual([72, 40]);
  });

  test('post-processes a base without layers, unless told not to', async () => {
    const file = await bytesOf(await origin.post('/encode?layers=0', exr));
    expect(readLayout(file)).toMatchObject({ header: { modelId: 'glow2026', layers: [] } });
    const [processed, plain] = await Promise.all(
      ['1', '0'].map(async (post) => bytesOf(await origin.post(`/decode?post=${post}`, file))),
    );
    expect(Buffer.compare(processed!, plain!)).not.toBe(0);
  });

  test('refuses layers without a model', async () => {
    await expectProblem(await origin.post('/encode?model=none&layers=1', exr), 422, 'model_required');
  });

  test('renders the same base alone as under layers', async () => {
    const [alone, layered] = await Promise.all(
      ['/encode?layers=0', '/encode?layers=1'].map(async (target) => bytesOf(await origin.post(target, exr))),
    );
    expect(Buffer.compare(cut(alone!, { hdr: '0' }), cut(layered!, { hdr: '0' }))).toBe(0);
  });

  test('resizes, but never enlarges', async () => {
    for (const [w, width] of [
      [36, 36],
      [500, 72],
    ] as const) {
      const response = await origin.post(`/encode?layers=0&w=${w}`, exr);
      expect(parseLayoutIndex(response.headers.get('Afterglow-Layout')!)).toMatchObject({ width });
      await response.body?.cancel();
    }
  });

  test('renders an SDR picture plain, and lets a JPEG through as it is', async () => {
    const grey = { create: { width: 40, height: 30, channels: 3 as const, background: '#777' } };
    const jpeg = new Uint8Array(await sharp(grey).jpeg().toBuffer());
    const same = await bytesOf(await origin.post('/encode', jpeg));
    expect(Buffer.compare(same, jpeg)).toBe(0);
    const png = new Uint8Array(await sharp(grey).png().toBuffer());
    const small = await origin.post('/encode?w=20&h=20&fit=cover&layers=3', png);
    const index = parseLayoutIndex(small.headers.get('Afterglow-Layout')!);
    expect(index).toMatchObject({ kind: 'sdr', width: 20, height: 20 });
    expect(readLayout(await bytesOf(small))).toMatchObject({ kind: 'sdr', trailing: 0 });
  });

  test('refuses what cannot be done to this picture, as the edge would', async () => {
    await expectProblem(await origin.post('/encode?crop=500,0,5,5', exr), 400, 'crop_outside');
    await expectProblem(await origin.post('/encode?w=16000&h=16000&fit=pad', exr), 400, 'too_many_pixels');
  });

  test('probes without rendering', async () => {
    const probe: unknown = await (await origin.post('/probe', exr)).json();
    expect(probe).toEqual({
      kind: 'exr',
      width: 72,
      height: 40,
      hdr: true,
      headroom: expect.any(Number) as number,
    });
  });

  describe('lets nobody in but the edge:', () => {
    const now = Math.floor(Date.now() / 1000);
    test('unsigned', async () => {
      const response = await fetch(`${origin.url}/encode`, { method: 'POST', body: exr });
      await expectProblem(response, 401, 'signature_missing');
    });
    test('signed with another secret', async () => {
      await expectProblem(
        await origin.post('/encode', exr, { secret: 'another secret!!' }),
        401,
        'signature_forged',
      );
    });
    test('signed long ago', async () => {
      await expectProblem(await origin.post('/encode', exr, { date: now - 600 }), 401, 'signature_expired');
    });
    test('signed for another body', async () => {
      const digest = '0'.repeat(64);
      await expectProblem(await origin.post('/encode', exr, { digest }), 401, 'digest_mismatch');
    });
  });

  const nan = landscape(8, 8);
  nan.data[17] = Number.NaN;
  const header = `PF\n2 1\n-1.0\n`;
  const infinite = new Uint8Array([
    ...text8(header),
    ...new Uint8Array(Float32Array.of(1, 2, Infinity, 4, 5, 6).buffer),
  ]);
  const withNan = new Uint8Array([
    ...text8(header),
    ...new Uint8Array(Float32Array.of(1, 2, 3, NaN, 5, 6).buffer),
  ]);
  const random = Uint8Array.from({ length: 5000 }, (_, i) => (Math.imul(i + 1, 2654435761) >>> 13) & 255);

  describe.each(['/encode', '/probe'])('POST %s refuses', (target) => {
    test.each([
      ['nothing', new Uint8Array(0), 422, 'empty'],
      ['random bytes', random, 415, 'unsupported_format'],
      ['a truncated EXR', exr.slice(0, exr.length - 200), 422, 'damaged'],
      ['a header of 100,000 × 100,000', text8('PF\n100000 100000\n-1.0\n'), 413, 'too_large'],
      ['NaN', withNan, 422, 'non_finite_pixels'],
      ['infinity', infinite, 422, 'non_finite_pixels'],
      ['more bytes than are allowed', new Uint8Array(400_001), 413, 'body_too_large'],
    ])('%s', async (_, body, status, code) => {
      await expectProblem(await origin.post(target, body), status, code);
    });
  });

  test('POST /decode refuses what is no layered file', async () => {
    for (const body of [new Uint8Array(0), random, exr]) {
      const response = await origin.post('/decode', body);
      expect(response.status).toBe(422);
      await response.body?.cancel();
    }
  });

  test('refuses a model that it does not have', async () => {
    await expectProblem(await origin.post('/encode?model=unheard-of', exr), 422, 'model_unknown');
  });

  test('counts all of it for Prometheus', async () => {
    const metrics = await (await fetch(`${origin.url}/metrics`)).text();
    expect(metrics).toMatch(/afterglow_origin_requests_total\{route="\/encode",status="200"\} \d+/);
    expect(metrics).toMatch(/afterglow_origin_job_seconds_count\{job="decode",outcome="done"\} \d+/);
  });
});

describe('an origin that tenants share', () => {
  let origin: OriginProcess;
  beforeAll(async () => {
    origin = await OriginProcess.start({ QUEUE_LIMIT: '4', TENANT_LIMIT: '3' });
  });
  afterAll(() => origin.stop());

  test('turns away what is too much of one, and renders another’s picture between the first one’s', async () => {
    const client = new AbortController();
    const { signal } = client;
    const running = origin.post('/encode?layers=8', large, { signal, tenant: 'crowd' });
    await untilActive(origin);
    const order: string[] = [];
    const waiting = [1, 2].map(async (n) => {
      const response = await origin.post('/encode?layers=0', exr, { tenant: 'crowd' });
      order.push(`crowd ${n}`);
      return response.status;
    });
    while ((await origin.health()).queue !== 2) await sleep(20);
    const tooMany = await origin.post('/encode', exr, { tenant: 'crowd' });
    expect(tooMany.headers.get('Retry-After')).toBe('5');
    await expectProblem(tooMany, 503, 'tenant_queue_full');
    const other = origin.post('/encode?layers=0', exr, { tenant: 'other' }).then((response) => {
      order.push('other');
      return response.status;
    });
    while ((await origin.health()).queue !== 3) await sleep(20);
    client.abort();
    await expect(running).rejects.toThrow();
    expect(await Promise.all([...waiting, other])).toEqual([200, 200, 200]);
    expect(order.indexOf('other')).toBeLessThan(2);
  });
});

describe('an origin with one worker and no queue', () => {
  let origin: OriginProcess;
  beforeAll(async () => {
    origin = await OriginProcess.start({ QUEUE_LIMIT: '0', JOB_TIMEOUT: '20' });
  });
  afterAll(() => origin.stop());

  test('turns a second request away, and goes on answering', async () => {
    const client = new AbortController();
    const first = origin.post('/encode?layers=8', large, { signal: client.signal });
    await untilActive(origin);
    const response = await origin.post('/encode', exr);
    expect(response.headers.get('Retry-After')).toMatch(/^\d+$/);
    await expectProblem(response, 503, 'queue_full');
    const began = performance.now();
    expect(await origin.health()).toMatchObject({ active: 1 });
    expect((await origin.post('/probe', exr)).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(2000);
    client.abort();
    await expect(first).rejects.toThrow();
    // The only place is the next test's.
    while ((await origin.health()).active !== 0) await sleep(20);
  });

  test('stops rendering for a client that went away, and renders the next one', async () => {
    const client = new AbortController();
    const lost = origin.post('/encode?layers=8', large, { signal: client.signal });
    await untilActive(origin);
    await sleep(300);
    client.abort();
    await expect(lost).rejects.toThrow();
    while ((await origin.health()).active !== 0) await sleep(20);
    expect((await origin.post('/encode?layers=1', exr)).status).toBe(200);
    expect(origin.alive).toBe(true);
  });
});

test('a job that takes too long is stopped, and the origin lives on', async () => {
  const origin = await OriginProcess.start({ JOB_TIMEOUT: '1' });
  try {
    await expectProblem(await origin.post('/encode?layers=32', large), 504, 'job_timeout');
    expect((await origin.post('/encode?layers=0', exr)).status).toBe(200);
  } finally {
    expect(await origin.stop()).toBe(0);
  }
});

test('SIGTERM ends a job with a 503 and the process with 0', async () => {
  const origin = await OriginProcess.start();
  const response = origin.post('/encode?layers=32', large);
  await untilActive(origin);
  await sleep(200);
  const [code] = await Promise.all([origin.stop(), expectProblem(await response, 503, 'shutting_down')]);
  expect(code).toBe(0);
});

test.each([
  ['ORIGIN_SECRET', {}],
  ['EXECUTION_PROVIDERS', { ORIGIN_SECRET: 'the secret of this test', EXECUTION_PROVIDERS: 'tpu' }],
] as const)('an environment without a valid %s ends with 2 and says so', async (name, env) => {
  const child = spawnOrigin(env);
  const [message] = await Promise.all([text(child.stderr!), once(child, 'exit')]);
  expect(child.exitCode).toBe(2);
  expect(message).toContain(name);
});
