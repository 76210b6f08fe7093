import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signUrl } from '../../src/delivery/signed-url.ts';
import type { SigningOptions } from '../../src/delivery/signed-url.ts';
import { bytesOf, exr, problemCode, startEdge, uploaded } from './edge-harness.ts';
import type { Edge } from './edge-harness.ts';

const key = { id: 'k1', secret: 'the-first-secret-of-all' };
const next = { id: 'k2', secret: 'the-second-secret-of-all' };
const variables = { URL_KEYS: `${key.id}:${key.secret},${next.id}:${next.secret}` };
const soon = (): number => Math.floor(Date.now() / 1000) + 60;

/** The path and query of a signed URL. */
async function signed(target: string, options: Partial<SigningOptions> = {}): Promise<string> {
  const { pathname, search } = await signUrl(new URL(target, 'http://edge.invalid'), {
    method: 'GET',
    key,
    ...options,
  });
  return pathname + search;
}

describe('where every address must be signed', () => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge({ variables: { ...variables, SIGNED_URLS: 'required' } });
    await uploaded(edge, 'a.exr');
  });
  afterAll(() => edge.stop());

  test('a signed one is answered, with either key, also by HEAD and for its description', async () => {
    const path = await signed('/images/a.exr?hdr=0');
    const bytes = await bytesOf(await edge.get(path));
    expect((await edge.get(path, { method: 'HEAD' })).headers.get('Content-Length')).toBe(
      String(bytes.length),
    );
    expect(await bytesOf(await edge.get(await signed('/images/a.exr?hdr=0', { key: next })))).toEqual(bytes);
    expect((await edge.get(await signed('/images/a.exr/info'))).status).toBe(200);
  });

  test.each([
    ['/images/a.exr', 'signature_required'],
    ['/images/a.exr/info', 'signature_required'],
    ['/images/absent.exr', 'signature_required'],
    ['/images/a.exr?w=wrong', 'signature_required'],
    ['/fetch/https://photos.example.com/a.exr', 'signature_required'],
    [`/images/a.exr?keyid=k1&signature=${'A'.repeat(43)}`, 'signature_invalid'],
    ['/images/a.exr?keyid=k1&signature=x', 'signature_invalid'],
  ])('%s is not: %s', async (path, code) => {
    for (const method of ['GET', 'HEAD']) {
      const response = await edge.get(path, { method });
      expect(response.status).toBe(403);
      expect(response.headers.get('Cache-Control')).toBe('no-store');
      if (method === 'GET') expect(await problemCode(response)).toBe(code);
    }
  });

  test('what was added to a signed one is not, nor is one that is over', async () => {
    expect((await edge.get(`${await signed('/images/a.exr')}&w=32`)).status).toBe(403);
    const over = await edge.get(await signed('/images/a.exr', { expires: soon() - 120 }));
    expect([over.status, await problemCode(over)]).toEqual([403, 'signature_expired']);
  });

  test('caches keep an answer no longer than its address is good', async () => {
    const lasting = await edge.get(await signed('/images/a.exr?hdr=0'));
    const expiring = await edge.get(await signed('/images/a.exr?hdr=0', { expires: soon() }));
    await Promise.all([lasting.bytes(), expiring.bytes()]);
    const [, age] = /max-age=(\d+)/.exec(expiring.headers.get('Cache-Control') ?? '') ?? [];
    expect(lasting.headers.get('Cache-Control')).toMatch(/max-age=3600/);
    expect(Number(age)).toBeLessThanOrEqual(60);
    expect(Number(age)).toBeGreaterThan(0);
    expect(expiring.headers.get('Cache-Control')).not.toContain('stale-');
    expect(expiring.headers.get('ETag')).toBe(lasting.headers.get('ETag'));
  });

  test('a conditional request is answered as any', async () => {
    const path = await signed('/images/a.exr?hdr=0', { expires: soon() });
    const first = await edge.get(path);
    await first.bytes();
    const again = await edge.get(path, { headers: { 'If-None-Match': first.headers.get('ETag') ?? '' } });
    expect(again.status).toBe(304);
    expect(again.headers.get('Cache-Control')).toMatch(/max-age=\d{1,2}$/);
  });

  test('the page and jobs need no signature, and the token still uploads', async () => {
    expect((await edge.get('/healthz')).status).toBe(200);
    expect((await edge.get('/jobs/absent')).status).toBe(404);
    await uploaded(edge, 'b.exr', 2);
  });
});

describe('where renderings must be signed', () => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge({ variables: { ...variables, SIGNED_URLS: 'transforms' } });
    await uploaded(edge, 'a.exr');
  });
  afterAll(() => edge.stop());

  test.each(['', '?hdr=1&layers=1', '?format=jpeg', '?utm_source=x', '?signature=nonsense', '/info'])(
    'the picture itself is not: %s',
    async (query) => {
      const response = await edge.get(`/images/a.exr${query}`);
      await response.bytes();
      expect(response.status).toBe(200);
    },
  );

  test.each([
    '/images/a.exr?w=32',
    '/images/a.exr?width=32',
    '/images/a.exr?q=10',
    '/fetch/https://p.example.com/a',
  ])('%s is', async (path) => {
    const unsigned = await edge.get(path);
    expect([unsigned.status, await problemCode(unsigned)]).toEqual([403, 'signature_required']);
    const answer = await edge.get(await signed(path));
    // Nothing is fetched here: signed, a source is refused for what it is.
    if (path.startsWith('/fetch/')) expect(await problemCode(answer)).toBe('source_not_allowed');
    else await bytesOf(answer);
  });
});

describe('a signed upload', () => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge({ variables });
  });
  afterAll(() => edge.stop());
  const put = async (target: string, init: RequestInit, options: Partial<SigningOptions> = {}) =>
    edge.get(await signed(target, { method: 'PUT', expires: soon(), ...options }), {
      method: 'PUT',
      ...init,
    });

  test('needs no token, and is bound to method, key and time', async () => {
    const path = await signed('/images/a.exr', { method: 'PUT', expires: soon() });
    expect((await edge.get(path, { method: 'PUT', body: await exr() })).status).toBe(202);
    for (const [method, target] of [
      ['PUT', path.replace('a.exr', 'b.exr')],
      ['DELETE', path],
      ['PUT', `${path}&max-bytes=9`],
    ] as const) {
      const response = await edge.get(target, { method, ...(method === 'PUT' ? { body: await exr() } : {}) });
      expect([response.status, await problemCode(response)]).toEqual([403, 'signature_invalid']);
    }
    const late = await put('/images/b.exr', { body: await exr() }, { expires: soon() - 120 });
    expect(await problemCode(late)).toBe('signature_expired');
    expect((await edge.get('/images/b.exr')).status).toBe(404);
  });

  test('for good is none', async () => {
    const path = await signed('/images/c.exr', { method: 'PUT' });
    const response = await edge.get(path, { method: 'PUT', body: await exr() });
    expect([response.status, await problemCode(response)]).toEqual([403, 'signature_invalid']);
  });

  test('keeps to its size, also in chunks whose number nobody said', async () => {
    const body = await exr();
    const exact = `/images/d.exr?max-bytes=${body.length}`;
    expect((await put(exact, { body })).status).toBe(202);
    const less = `/images/e.exr?max-bytes=${body.length - 1}`;
    const chunked = { body: new Blob([body]).stream(), duplex: 'half' } as RequestInit;
    for (const init of [{ body }, chunked]) {
      const response = await put(less, init);
      expect([response.status, await problemCode(response)]).toEqual([413, 'upload_too_large']);
    }
  });

  test('keeps to its content type', async () => {
    const target = '/images/f.exr?content-type=image%2Fx-exr';
    const wrong = await put(target, { body: await exr(), headers: { 'Content-Type': 'image/png' } });
    expect([wrong.status, await problemCode(wrong)]).toEqual([415, 'content_type_not_allowed']);
    const right = await put(target, { body: await exr(), headers: { 'Content-Type': 'image/x-exr' } });
    expect(right.status).toBe(202);
  });

  test('whose policy makes no sense is refused', async () => {
    const response = await put('/images/g.exr?max-bytes=many', { body: await exr() });
    expect([response.status, await problemCode(response)]).toEqual([400, 'invalid_upload_policy']);
  });

  test('that does not fit is not saved by a token', async () => {
    const headers = { Authorization: 'Bearer a token of the uploader' };
    const path = `/images/h.exr?keyid=k1&signature=${'A'.repeat(43)}`;
    const response = await edge.get(path, { method: 'PUT', body: await exr(), headers });
    expect([response.status, await problemCode(response)]).toEqual([403, 'signature_invalid']);
  });

  test('can be undone by a signed deletion', async () => {
    await put('/images/i.exr', { body: await exr() });
    const path = await signed('/images/i.exr', { method: 'DELETE', expires: soon() });
    expect((await edge.get(path, { method: 'DELETE' })).status).toBe(204);
  });
});

describe('a configuration that cannot be meant', () => {
  test.each([
    { SIGNED_URLS: 'required' },
    { SIGNED_URLS: 'yes', ...variables },
    { SIGNED_URLS: 'required', URL_KEYS: 'k1:short' },
  ])('serves no picture: %j', async (wrong) => {
    const edge = await startEdge({ variables: wrong });
    try {
      const response = await edge.get('/images/a.exr');
      expect(response.headers.get('Retry-After')).toBe('60');
      const text = await response.clone().text();
      expect([response.status, await problemCode(response)]).toEqual([503, 'misconfigured']);
      expect(text).not.toMatch(/URL_KEYS|SIGNED_URLS|short/);
      expect((await edge.get('/healthz')).status).toBe(200);
    } finally {
      await edge.stop();
    }
  });
});
