import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, exr, jobEnd, startEdge } from '../runtime/edge-harness.ts';
import type { Edge } from '../runtime/edge-harness.ts';

interface Operation {
  readonly responses: Record<string, { readonly content?: object; readonly $ref?: string }>;
}
const document = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};

const BEARER = { Authorization: 'Bearer a token of the uploader' };
let edge: Edge;
let job = '';
let etag = '';
beforeAll(async () => {
  edge = await startEdge({
    variables: {
      METRICS_TOKEN: 'a token for metrics',
      URL_KEYS: 'k1:0123456789abcdef',
      SIGNED_URLS: 'transforms',
    },
    rateLimit: { limit: 200, period: 60 },
  });
  job = (await edge.put('a.exr', await exr())).headers.get('Location') ?? '';
  await jobEnd(edge, job);
  const picture = await edge.get('/images/a.exr?hdr=0');
  etag = picture.headers.get('ETag') ?? '';
  await bytesOf(picture);
});
afterAll(() => edge.stop());

interface Asked {
  readonly operation: string;
  readonly status: number;
  readonly path: () => string;
  readonly init: () => RequestInit | Promise<RequestInit>;
}
const ask = (
  operation: string,
  status: number,
  path: () => string,
  init: Asked['init'] = () => ({}),
): Asked => ({ operation, status, path, init });
const get = 'get /images/{key}';
const put = 'put /images/{key}';
const remove = 'delete /images/{key}';
const upload =
  (headers: Record<string, string>, body: () => BodyInit | Promise<BodyInit> = exr) =>
  async () => ({
    method: 'PUT',
    headers,
    body: await body(),
  });

const ASKED: readonly Asked[] = [
  ask(get, 200, () => '/images/a.exr'),
  ask(
    get,
    206,
    () => '/images/a.exr?hdr=0',
    () => ({ headers: { Range: 'bytes=0-9' } }),
  ),
  ask(
    get,
    304,
    () => '/images/a.exr?hdr=0',
    () => ({ headers: { 'If-None-Match': etag } }),
  ),
  ask(get, 400, () => '/images/%00'),
  ask(get, 403, () => '/images/a.exr?w=40'),
  ask(get, 404, () => '/images/nobody.exr'),
  ask(
    get,
    412,
    () => '/images/a.exr?hdr=0',
    () => ({ headers: { 'If-Match': '"another"' } }),
  ),
  ask(
    get,
    416,
    () => '/images/a.exr?hdr=0',
    () => ({ headers: { Range: 'bytes=99999999-' } }),
  ),
  ask(
    'head /images/{key}',
    200,
    () => '/images/a.exr',
    () => ({ method: 'HEAD' }),
  ),
  ask('get /images/{key}/info', 200, () => '/images/a.exr/info'),
  ask('get /images/{key}/info', 404, () => '/images/nobody.exr/info'),
  ask(put, 202, () => '/images/b.exr', upload(BEARER)),
  ask(
    put,
    400,
    () => '/images/b.exr',
    upload(BEARER, () => new Uint8Array()),
  ),
  ask(put, 401, () => '/images/b.exr', upload({})),
  ask(put, 403, () => '/images/b.exr?signature=abc&keyid=k1&expires=99999999999', upload({})),
  ask(put, 412, () => '/images/a.exr', upload({ ...BEARER, 'If-None-Match': '*' })),
  ask(
    put,
    415,
    () => '/images/b.exr',
    upload(BEARER, () => new TextEncoder().encode('no picture, but a text')),
  ),
  ask(
    remove,
    204,
    () => '/images/b.exr',
    () => ({ method: 'DELETE', headers: BEARER }),
  ),
  ask(
    remove,
    401,
    () => '/images/b.exr',
    () => ({ method: 'DELETE' }),
  ),
  ask(
    remove,
    412,
    () => '/images/a.exr',
    () => ({ method: 'DELETE', headers: { ...BEARER, 'If-Match': '"another"' } }),
  ),
  ask('get /fetch/{url}', 403, () => '/fetch/https://photos.example.com/a.exr'),
  ask('get /jobs/{id}', 200, () => job),
  ask('get /jobs/{id}', 404, () => '/jobs/nobody'),
  ask(
    'post /jobs/{id}',
    401,
    () => job,
    () => ({ method: 'POST' }),
  ),
  ask(
    'post /jobs/{id}',
    404,
    () => '/jobs/nobody',
    () => ({ method: 'POST', headers: BEARER }),
  ),
  ask(
    'post /jobs/{id}',
    409,
    () => job,
    () => ({ method: 'POST', headers: BEARER }),
  ),
  ask('get /healthz', 200, () => '/healthz'),
  ask(
    'get /metrics',
    200,
    () => '/metrics',
    () => ({ headers: { Authorization: 'Bearer a token for metrics' } }),
  ),
  ask('get /metrics', 404, () => '/metrics'),
];

describe('what docs/openapi.json says is what workerd answers:', () => {
  test.each(ASKED)('$operation, $status', async ({ operation, status, path, init }) => {
    const [method = '', template = ''] = operation.split(' ');
    const answer = await edge.get(path(), await init());
    const body = await answer.text();
    expect(answer.status, body.slice(0, 300)).toBe(status);
    const documented = document.paths[template]?.[method]?.responses[String(status)];
    expect(documented).toBeDefined();
    const [type = ''] = (answer.headers.get('Content-Type') ?? '').split(';');
    if (status >= 400) {
      expect(documented).toEqual({ $ref: '#/components/responses/Problem' });
      expect(type).toBe('application/problem+json');
    } else if (documented?.content !== undefined && body !== '') {
      expect(Object.keys(documented.content)).toContain(type);
    }
  });

  test('429 for every operation that is limited', async () => {
    const limited = Object.entries(document.paths).filter(([path]) =>
      /^\/(?:images|fetch|jobs)\//.test(path),
    );
    for (const [, item] of limited) {
      for (const [method, operation] of Object.entries(item)) {
        if (method !== 'parameters') expect(operation.responses).toHaveProperty('429');
      }
    }
    const statuses = new Set<number>();
    for (let i = 0; i < 220 && !statuses.has(429); i++) statuses.add((await edge.get('/jobs/nobody')).status);
    expect([...statuses]).toContain(429);
  });

  test('every operation was asked for', () => {
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).flatMap((method) => (method === 'parameters' ? [] : [`${method} ${path}`])),
    );
    expect([...new Set(ASKED.map(({ operation }) => operation))].sort()).toEqual(operations.sort());
  });
});
