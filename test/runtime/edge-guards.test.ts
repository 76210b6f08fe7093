import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, exr, problemCode, startEdge, uploaded } from './edge-harness.ts';
import type { Edge } from './edge-harness.ts';

const DOCUMENT_POLICY = "default-src 'none'; sandbox";

describe('every answer', () => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge({ assets: 'src/browser/page' });
    await uploaded(edge, 'a.exr');
  });
  afterAll(() => edge.stop());

  test.each([
    ['a picture', 'GET', '/images/a.exr?hdr=0', 200],
    ['its head', 'HEAD', '/images/a.exr?hdr=0', 200],
    ['its description', 'GET', '/images/a.exr/info', 200],
    ['a problem', 'GET', '/images/absent.exr', 404],
    ['a refused upload', 'PUT', '/images/a.exr', 401],
    ['a refused method', 'POST', '/images/a.exr', 405],
    ['a refused source', 'GET', '/fetch/https://photos.example.com/a.exr', 403],
    ['a job that is not there', 'GET', '/jobs/absent', 404],
    ['a preflight', 'OPTIONS', '/images/a.exr', 204],
    ['nothing at all', 'GET', '/absent', 404],
  ])('may be read and timed by any page, and run by none: %s', async (_, method, path, status) => {
    const response = await edge.get(path, { method, headers: { Origin: 'https://shop.example' } });
    await response.bytes();
    expect(response.status).toBe(status);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': '*',
      'content-security-policy': DOCUMENT_POLICY,
      'cross-origin-resource-policy': 'cross-origin',
      'timing-allow-origin': '*',
      'x-content-type-options': 'nosniff',
    });
  });

  test('but for the page, which runs', async () => {
    const page = await edge.get('/');
    expect(await page.text()).toContain('<html');
    expect(page.headers.get('Content-Security-Policy')).toBeNull();
    expect(page.headers.get('X-Content-Type-Options')).toBe('nosniff');
  });

  test('a 304 has them, too', async () => {
    const first = await edge.get('/images/a.exr?hdr=0');
    await first.bytes();
    const headers = { 'If-None-Match': first.headers.get('ETag') ?? '' };
    const again = await edge.get('/images/a.exr?hdr=0', { headers });
    expect(again.status).toBe(304);
    expect(again.headers.get('Content-Security-Policy')).toBe(DOCUMENT_POLICY);
  });
});

describe('where origins are listed', () => {
  let edge: Edge;
  beforeAll(async () => {
    const variables = {
      ALLOWED_ORIGINS: 'https://shop.example https://*.example.com',
      RESOURCE_POLICY: 'same-site',
    };
    edge = await startEdge({ variables });
    await uploaded(edge, 'a.exr');
  });
  afterAll(() => edge.stop());
  const ask = async (origin: string | null, method = 'GET', path = '/images/a.exr?hdr=0') => {
    const response = await edge.get(path, { method, headers: origin === null ? {} : { Origin: origin } });
    await response.bytes();
    return response.headers;
  };

  test.each(['https://shop.example', 'https://a.example.com'])('%s may read', async (origin) => {
    for (const method of ['GET', 'OPTIONS']) {
      const headers = await ask(origin, method);
      expect(headers.get('Access-Control-Allow-Origin')).toBe(origin);
      expect(headers.get('Timing-Allow-Origin')?.split(', ')).toContain(origin);
      expect(headers.get('Vary')).toContain('Origin');
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-site');
    }
    expect((await ask(origin)).get('Access-Control-Expose-Headers')).toContain('Afterglow');
    expect((await ask(origin, 'OPTIONS')).get('Access-Control-Allow-Methods')).toContain('PUT');
  });

  test.each(['https://evil.example', 'http://shop.example', 'null', null])('%s may not', async (origin) => {
    for (const path of ['/images/a.exr?hdr=0', '/images/absent.exr']) {
      const headers = await ask(origin, 'GET', path);
      expect(headers.get('Access-Control-Allow-Origin')).toBeNull();
      expect(headers.get('Timing-Allow-Origin')).toBe('https://shop.example');
      // A cache must not keep this answer for a page that may.
      expect(headers.get('Vary')?.split(', ')).toContain('Origin');
    }
  });

  test('what else an answer varies by stays', async () => {
    expect((await ask(null, 'GET', '/images/a.exr')).get('Vary')).toMatch(/^Accept, .*, Origin$/);
  });
});

test('where origins make no sense, nobody else may read', async () => {
  const edge = await startEdge({ variables: { ALLOWED_ORIGINS: 'shop.example' } });
  try {
    const response = await edge.get('/healthz', { headers: { Origin: 'https://shop.example' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
    expect(response.headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin');
  } finally {
    await edge.stop();
  }
});

describe('who asks too often', () => {
  let edge: Edge;
  beforeAll(async () => {
    // A minute may end while a client is counted: it then has two allowances, and not three.
    edge = await startEdge({ rateLimit: { limit: 3, period: 60 }, variables: { RATE_LIMIT_SECONDS: '60' } });
  });
  afterAll(() => edge.stop());
  const statuses = async (count: number, address: (i: number) => string, path = '/images/a.exr') => {
    const answers: number[] = [];
    for (let i = 0; i < count; i++) {
      const response = await edge.get(path, { headers: { 'CF-Connecting-IP': address(i) } });
      await response.bytes();
      answers.push(response.status);
    }
    return answers;
  };

  test('is refused, and told when to come again', async () => {
    expect(await statuses(7, () => '93.184.216.34')).toContain(429);
    const headers = { 'CF-Connecting-IP': '93.184.216.34' };
    let response = await edge.get('/images/a.exr', { headers });
    for (let i = 0; i < 3 && response.status !== 429; i++) response = await edge.get('/jobs/x', { headers });
    expect(response.headers.get('Retry-After')).toBe('60');
    expect([response.status, await problemCode(response)]).toEqual([429, 'too_many_requests']);
  });

  test('is counted by himself', async () => {
    expect(await statuses(7, (i) => `93.184.217.${i}`)).toEqual(new Array(7).fill(404));
  });

  test('is one with all of his IPv6 network', async () => {
    expect(await statuses(7, (i) => `2606:2800:220:1::${i}`)).toContain(429);
    expect(await statuses(7, (i) => `2606:2800:220:${i + 2}::1`)).toEqual(new Array(7).fill(404));
  });

  test('may still ask whether the service is there, and before he asks across origins', async () => {
    expect(await statuses(7, () => '93.184.216.35', '/healthz')).toEqual(new Array(7).fill(200));
    const headers = { 'CF-Connecting-IP': '93.184.216.34', Origin: 'https://shop.example' };
    expect((await edge.get('/images/a.exr', { method: 'OPTIONS', headers })).status).toBe(204);
  });
});

describe('a fallback picture', () => {
  let edge: Edge;
  const start = async (variables: Record<string, string> = {}): Promise<void> => {
    edge = await startEdge({ variables: { FALLBACK_KEY: 'sorry.exr', ...variables } });
    await uploaded(edge, 'sorry.exr', 3);
  };
  afterEach(() => edge.stop());

  test('takes the place of one that is not there, with its status, for a short while', async () => {
    await start();
    const own = await bytesOf(await edge.get('/images/sorry.exr?hdr=0'));
    const response = await edge.get('/images/absent.exr?hdr=0');
    expect(response.status).toBe(404);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'afterglow-fallback': 'not_found',
      'cache-control': 'public, max-age=10',
      'content-type': 'image/jpeg',
      afterglow: 'sdr',
    });
    expect(response.headers.has('ETag')).toBe(false);
    expect(own.equals(await response.bytes())).toBe(true);
  });

  test('is transformed as the picture would have been, and has a head of its own', async () => {
    await start({ FALLBACK_STATUS: '200' });
    const small = await bytesOf(await edge.get('/images/absent.exr?hdr=0&w=32'));
    const large = await bytesOf(await edge.get('/images/absent.exr?hdr=0'));
    expect(small.length).not.toBe(large.length);
    const head = await edge.get('/images/absent.exr?hdr=0', { method: 'HEAD' });
    expect(head.headers.get('Content-Length')).toBe(String(large.length));
    expect(head.headers.get('Afterglow-Fallback')).toBe('not_found');
  });

  test('is sent whole, whatever is known of the picture', async () => {
    await start({ FALLBACK_STATUS: '200' });
    const own = await edge.get('/images/sorry.exr?hdr=0');
    const headers = { 'If-None-Match': own.headers.get('ETag') ?? '', Range: 'bytes=0-1' };
    const bytes = await bytesOf(await edge.get('/images/absent.exr?hdr=0', { headers }));
    expect(bytes.equals(await own.bytes())).toBe(true);
  });

  test('keeps what the problem has to say of time', async () => {
    await start();
    await uploaded(edge, 'a.exr');
    edge.origin.faults.push((response) => {
      response.writeHead(503, { 'Retry-After': '2', Connection: 'close' }).end();
    });
    const response = await edge.get('/images/a.exr?hdr=0&w=16');
    await response.bytes();
    expect([response.status, response.headers.get('Retry-After')]).toEqual([503, '2']);
  });

  test('is not for what the client did wrong, nor for descriptions', async () => {
    await start();
    for (const [path, status] of [
      ['/images/absent.exr?w=wrong', 400],
      ['/images/..%2F', 400],
      ['/fetch/https://photos.example.com/a.exr', 403],
      ['/images/absent.exr/info', 404],
    ] as const) {
      const response = await edge.get(path);
      await problemCode(response);
      expect(response.status, path).toBe(status);
    }
    const response = await edge.get('/images/sorry.exr?hdr=0', { headers: { Range: 'bytes=99999999-' } });
    expect(response.status).toBe(416);
  });

  test('that is not there itself leaves the problem', async () => {
    edge = await startEdge({ variables: { FALLBACK_KEY: 'absent.exr' } });
    const response = await edge.get('/images/also-absent.exr');
    expect([response.status, await problemCode(response)]).toEqual([404, 'not_found']);
  });

  test('whose configuration makes no sense is a fault of the server', async () => {
    await start({ FALLBACK_STATUS: '302' });
    const response = await edge.get('/images/absent.exr');
    expect([response.status, await problemCode(response)]).toEqual([503, 'misconfigured']);
  });
});

test('a limiter that fails lets everybody pass', async () => {
  const edge = await startEdge({ variables: { RATE_LIMITER: 'no limiter at all' } });
  try {
    expect((await edge.put('a.exr', await exr())).status).toBe(202);
  } finally {
    await edge.stop();
  }
});
