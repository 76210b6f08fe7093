import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exr, startEdge, uploaded } from '../runtime/edge-harness.ts';
import type { Edge } from '../runtime/edge-harness.ts';

/** RFC 9457, Problem Details for HTTP APIs, by the section that each test holds the edge to. */

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({
    maxUploadBytes: 100_000,
    variables: { URL_KEYS: 'k1:a-secret-of-the-tests' },
  });
  await uploaded(edge, 'a.exr');
});
afterAll(() => edge.stop());

type Init = RequestInit & { readonly path: string };
const token = { Authorization: 'Bearer a token of the uploader' };
const put = async (body: BodyInit | Promise<BodyInit>, more: Partial<Init> = {}): Promise<Init> => ({
  path: '/images/b.exr',
  method: 'PUT',
  body: await body,
  headers: token,
  ...more,
});

/** One request for every code that a client can bring about by itself. */
const problems: [string, number, () => Init | Promise<Init>][] = [
  ['invalid_key', 400, () => ({ path: '/images/a%00' })],
  ['invalid_parameter', 400, () => ({ path: '/images/a.exr?w=0' })],
  ['duplicate_parameter', 400, () => ({ path: '/images/a.exr?w=1&w=2' })],
  ['invalid_source', 400, () => ({ path: '/fetch/nowhere' })],
  ['empty_upload', 400, () => put('')],
  ['unauthorized', 401, () => put('', { headers: {} })],
  ['signature_invalid', 403, () => put('', { path: '/images/b.exr?keyid=k1&signature=x' })],
  ['source_not_allowed', 403, () => ({ path: '/fetch/https://photos.example.com/a.exr' })],
  ['not_found', 404, () => ({ path: '/images/absent.exr' })],
  ['not_found', 404, () => ({ path: '/jobs/absent' })],
  ['method_not_allowed', 405, () => ({ path: '/images/a.exr', method: 'PATCH' })],
  ['upload_too_large', 413, () => put(new Uint8Array(100_001).fill(0x76))],
  ['unsupported_format', 415, () => put('no picture at all')],
  ['range_not_satisfiable', 416, () => ({ path: '/images/a.exr', headers: { Range: 'bytes=9999999-' } })],
  ['damaged', 422, async () => put((await exr()).slice(0, 500))],
];
const ask = async (request: Init | Promise<Init>): Promise<Response> => {
  const { path, ...init } = await request;
  return edge.get(path, init);
};

describe.each(problems)('%s (%i)', (code, status, request) => {
  test('§3: is an object of the media type application/problem+json', async () => {
    const response = await ask(request());
    expect(response.headers.get('Content-Type')).toBe('application/problem+json');
    expect(await response.json()).toBeTypeOf('object');
  });

  test('§3.1.1: has a type, a URI that names the problem and is the same for each of its kind', async () => {
    const { type } = (await (await ask(request())).json()) as { type: string };
    expect(URL.canParse(type)).toBe(true);
    expect(type).toBe(`urn:afterglow:problem:${code}`);
  });

  test('§3.1.2: has the status that the response has', async () => {
    const response = await ask(request());
    const document = (await response.json()) as { status: number };
    expect([response.status, document.status]).toEqual([status, status]);
  });

  test('§3.1.3: has a title, which is for people and does not change from one occurrence to the next', async () => {
    const titles = await Promise.all(
      [request(), request()].map(async (one) => ((await (await ask(one)).json()) as { title: string }).title),
    );
    expect(titles[0]).toMatch(/^[A-Za-z][A-Za-z ]+$/);
    expect(titles[1]).toBe(titles[0]);
  });

  test('§3.1.4: has a detail, which helps to correct the problem and is no debugging information', async () => {
    const { detail } = (await (await ask(request())).json()) as { detail: string };
    expect(detail).toMatch(/^.{10,}\.$|…/);
    expect(detail).not.toMatch(/\bat \w+ \(|\.ts\b|\.js:|Error:|undefined|\[object/);
  });

  test('§3.2: has an extension member that programs can rely on, named by the rules', async () => {
    const document = (await (await ask(request())).json()) as Record<string, unknown>;
    expect(document.code).toBe(code);
    // At least three characters, a letter first, then letters, digits and `_`.
    for (const name of Object.keys(document)) expect(name).toMatch(/^[a-zA-Z][a-zA-Z0-9_]{2,}$/);
    expect(code).toMatch(/^[a-z][a-z0-9_]{2,}$/);
  });
});

test('§3: HEAD has the fields of GET, and no document', async () => {
  const response = await edge.get('/images/absent.exr', { method: 'HEAD' });
  expect([response.status, response.headers.get('Content-Type')]).toEqual([404, 'application/problem+json']);
  expect((await response.bytes()).length).toBe(0);
});

test('§4: what HTTP has a field for is said in the field: Allow, WWW-Authenticate, Content-Range', async () => {
  const field = async (path: string, init: RequestInit, name: string) => {
    const response = await edge.get(path, init);
    await response.bytes();
    return response.headers.get(name);
  };
  expect(await field('/images/a.exr', { method: 'PATCH' }, 'Allow')).toBe('GET, HEAD, PUT, DELETE, OPTIONS');
  expect(await field('/images/a.exr', { method: 'DELETE' }, 'WWW-Authenticate')).toBe('Bearer');
  expect(await field('/images/a.exr', { headers: { Range: 'bytes=9999999-' } }, 'Content-Range')).toMatch(
    /^bytes \*\/\d+$/,
  );
});

test('§5: nothing of the inside is told, whatever fails there', async () => {
  await edge.origin.kill();
  try {
    for (const request of [{ path: '/images/a.exr?hdr=0&w=33' }, await put(await exr(7))]) {
      const response = await ask(request);
      const text = await response.text();
      expect(response.headers.get('Content-Type')).toBe('application/problem+json');
      expect([response.status, response.headers.has('Retry-After')]).toEqual([503, true]);
      expect(text).not.toMatch(/127\.0\.0\.1|localhost|ECONN|Network connection|stack|a token of|a-secret/);
    }
  } finally {
    await edge.origin.restart();
  }
});

test('§5: a problem is not kept by caches', async () => {
  for (const [, , request] of problems) {
    const response = await ask(request());
    await response.bytes();
    expect(response.headers.get('Cache-Control')).toBe('no-store');
  }
});
