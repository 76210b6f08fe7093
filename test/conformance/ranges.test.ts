import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, problemCode, startEdge, uploaded } from '../runtime/edge-harness.ts';
import type { Edge } from '../runtime/edge-harness.ts';

/** RFC 9110 §14, ranges: clause by clause, in workerd; each from the bucket, and again from the cache. */

const PATH = '/images/a.exr?hdr=1&layers=2';
let edge: Edge;
let whole: Buffer;
beforeAll(async () => {
  edge = await startEdge();
  await uploaded(edge, 'a.exr');
  whole = await bytesOf(await edge.get(PATH));
});
afterAll(() => edge.stop());

async function untilCached(path: string): Promise<void> {
  for (;;) {
    const response = await edge.get(path);
    await response.arrayBuffer();
    if (response.headers.get('Cache-Status') === 'afterglow; hit') return;
  }
}

/** Ranges of `size` bytes: the field, and which bytes it means. */
const SATISFIABLE: readonly [string, (size: number) => [number, number]][] = [
  ['bytes=0-0', () => [0, 1]],
  ['bytes=0-9', () => [0, 10]],
  ['bytes=100-', (size) => [100, size]],
  ['bytes=-50', (size) => [size - 50, size]],
  ['bytes=-99999999', (size) => [0, size]],
  ['bytes=10-99999999', (size) => [10, size]],
];

describe.each(['from the bucket', 'from the cache'])('%s', (from) => {
  beforeAll(async () => {
    if (from === 'from the cache') await untilCached(PATH);
  });
  const init = (headers: Record<string, string>): RequestInit => ({
    // A client that lets nobody store leaves the cache as it was.
    headers: from === 'from the cache' ? headers : { ...headers, 'Cache-Control': 'no-store' },
  });

  test.each(SATISFIABLE)('§14.1.2, §15.3.7: %s is 206', async (field, bytes) => {
    const response = await edge.get(PATH, init({ Range: field }));
    const [start, end] = bytes(whole.length);
    expect(response.status).toBe(206);
    expect(response.headers.get('Content-Range')).toBe(`bytes ${start}-${end - 1}/${whole.length}`);
    expect(response.headers.get('Content-Length')).toBe(String(end - start));
    expect(Buffer.from(await response.arrayBuffer()).equals(whole.subarray(start, end))).toBe(true);
  });

  test('§15.3.7: a 206 has the headers of the 200', async () => {
    const part = await edge.get(PATH, init({ Range: 'bytes=0-9' }));
    const full = await edge.get(PATH, init({}));
    await Promise.all([part.arrayBuffer(), full.arrayBuffer()]);
    for (const name of ['ETag', 'Cache-Control', 'Vary', 'Content-Type', 'Afterglow', 'Accept-Ranges']) {
      expect([name, part.headers.get(name)]).toEqual([name, full.headers.get(name)]);
    }
  });

  test('the pieces of a picture are the picture', async () => {
    const pieces: Buffer[] = [];
    for (let at = 0; at < whole.length; at += 700) {
      const response = await edge.get(PATH, init({ Range: `bytes=${at}-${at + 699}` }));
      expect(response.status).toBe(206);
      pieces.push(Buffer.from(await response.arrayBuffer()));
    }
    expect(Buffer.concat(pieces).equals(whole)).toBe(true);
  });
});

describe('what is no range', () => {
  test('§14.3: Accept-Ranges says that there are some', async () => {
    const response = await edge.get(PATH, { method: 'HEAD' });
    expect(response.headers.get('Accept-Ranges')).toBe('bytes');
  });

  test.each(['bytes=abc', 'bytes=9-1', 'items=0-1', 'bytes 0-1', 'bytes=0-1, 3-4', ''])(
    '§14.2: %j is ignored',
    async (Range) => {
      const response = await edge.get(PATH, { headers: { Range } });
      expect((await bytesOf(response)).equals(whole)).toBe(true);
      expect(response.headers.get('Content-Range')).toBeNull();
    },
  );

  test('§14.2: only GET has ranges', async () => {
    const response = await edge.get(PATH, { method: 'HEAD', headers: { Range: 'bytes=0-9' } });
    expect([response.status, response.headers.get('Content-Length')]).toEqual([200, String(whole.length)]);
  });

  test.each(['bytes=99999999-', 'bytes=-0'])('§15.5.17: %s is 416 and says the size', async (Range) => {
    const response = await edge.get(PATH, { headers: { Range } });
    expect([response.status, await problemCode(response)]).toEqual([416, 'range_not_satisfiable']);
    expect(response.headers.get('Content-Range')).toBe(`bytes */${whole.length}`);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
  });
});

describe('§13.1.5, If-Range', () => {
  async function statusWith(field: string): Promise<number> {
    const response = await edge.get(PATH, { headers: { Range: 'bytes=0-9', 'If-Range': field } });
    await response.arrayBuffer();
    return response.status;
  }

  test('the strong tag lets the range apply, and nothing else does', async () => {
    const tag = (await edge.get(PATH, { method: 'HEAD' })).headers.get('ETag') ?? '';
    expect(await statusWith(tag)).toBe(206);
    expect(await statusWith(`W/${tag}`)).toBe(200);
    expect(await statusWith('"older"')).toBe(200);
    expect(await statusWith('Sat, 29 Oct 1994 19:43:31 GMT')).toBe(200);
  });

  test('a resumed download that finds another picture begins anew', async () => {
    await uploaded(edge, 'changes.exr', 2);
    const before = (await edge.get('/images/changes.exr?hdr=1', { method: 'HEAD' })).headers.get('ETag');
    await uploaded(edge, 'changes.exr', 3);
    const headers = { Range: 'bytes=100-', 'If-Range': before ?? '' };
    const after = await edge.get('/images/changes.exr?hdr=1', { headers });
    expect(after.status).toBe(200);
    await after.arrayBuffer();
  });
});
