import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Response as Answer } from 'miniflare';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, exr, startEdge, uploaded } from '../runtime/edge-harness.ts';
import type { Edge } from '../runtime/edge-harness.ts';
import { fakeWeb } from '../runtime/fake-web.ts';

/** RFC 9111, HTTP caching, RFC 5861 and RFC 9211: clause by clause, in workerd with its Cache API. */

const web = fakeWeb();
const purged: string[] = [];
web.pages.set('https://api.cloudflare.com/client/v4/zones/zone/purge_cache', async (request) => {
  purged.push(`${request.headers.get('Authorization') ?? ''} ${await request.text()}`);
  return new Answer('{"success":true}');
});

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge(
    { variables: { PURGE_ZONE_ID: 'zone', PURGE_TOKEN: 'token', POINTER_SECONDS: '2' } },
    { outboundService: web.outboundService },
  );
  await uploaded(edge, 'a.exr');
});
afterAll(() => edge.stop());

async function read(path: string, headers: Record<string, string> = {}) {
  const response = await edge.get(path, { headers });
  const bytes = await bytesOf(response);
  return { headers: response.headers, bytes, status: response.headers.get('Cache-Status') };
}

async function untilHit(path: string) {
  for (;;) {
    const answer = await read(path);
    if (answer.status === 'afterglow; hit') return answer;
  }
}

function seconds(field: string | null): number {
  expect(field).toMatch(/^\d+$/);
  return Number(field);
}

/** Directives by name (RFC 9111 §5.2). */
function directives(field: string | null): Map<string, string> {
  return new Map(
    (field ?? '').split(',').map((entry) => {
      const [name = '', value = ''] = entry.trim().split('=');
      return [name, value];
    }),
  );
}

describe('RFC 9111 §5.2.2, Cache-Control of answers', () => {
  test('a picture is public and fresh for an hour, and RFC 5861 goes on from there', async () => {
    const { headers } = await read('/images/a.exr?hdr=0');
    expect(Object.fromEntries(directives(headers.get('Cache-Control')))).toEqual({
      public: '',
      'max-age': '3600',
      'stale-while-revalidate': '86400',
      'stale-if-error': '86400',
    });
  });

  test('how long is for the operator to say', async () => {
    const other = await startEdge({
      variables: { MAX_AGE_SECONDS: '60', SHARED_MAX_AGE_SECONDS: '600', STALE_SECONDS: '5' },
    });
    await uploaded(other, 'a.exr');
    const response = await other.get('/images/a.exr', { method: 'HEAD' });
    expect(response.headers.get('Cache-Control')).toBe(
      'public, max-age=60, s-maxage=600, stale-while-revalidate=5, stale-if-error=5',
    );
    await other.stop();
  });

  test('problems are not stored (§5.2.2.5)', async () => {
    for (const path of ['/images/none.exr', '/images/a.exr?w=0', '/jobs/none']) {
      expect((await edge.get(path)).headers.get('Cache-Control')).toBe('no-store');
    }
  });

  test('a stand-in is fresh for seconds, and no cache of ours keeps it', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    edge.origin.faults.push(
      (response, file) => void response.end(file),
      async (response, file) => {
        await held;
        response.end(file);
      },
    );
    const upload = await edge.put('slow.exr', await exr(5));
    expect(upload.status).toBe(202);
    const early = await read('/images/slow.exr?hdr=1');
    expect(early.headers.get('Afterglow')).toBe('sdr;pending');
    expect(early.headers.get('Cache-Control')).toBe('public, max-age=5');
    release();
    let late = early;
    while (late.headers.get('Afterglow')?.includes('pending') === true)
      late = await read('/images/slow.exr?hdr=1');
    expect(late.headers.get('Afterglow')).toContain('layered');
    expect(late.bytes.length).toBeGreaterThan(early.bytes.length);
    expect(late.headers.get('ETag')).not.toBe(early.headers.get('ETag'));
  });
});

describe('RFC 9111 §4.1, Vary', () => {
  test('names the fields that the choice could depend on, and none where the URL decides', async () => {
    const negotiated = await edge.get('/images/a.exr', { method: 'HEAD' });
    expect(negotiated.headers.get('Vary')?.toLowerCase().split(/, */)).toContain('accept');
    const named = await edge.get('/images/a.exr?hdr=0&w=64', { method: 'HEAD' });
    expect(named.headers.get('Vary')).toBeNull();
  });
});

describe('RFC 9111 §3 and §4, the cache of the edge', () => {
  test('the second answer is a hit (RFC 9211 §2.1), with the same bytes and headers', async () => {
    const miss = await read('/images/a.exr?hdr=1&layers=1');
    const hit = await untilHit('/images/a.exr?hdr=1&layers=1');
    expect(hit.bytes.equals(miss.bytes)).toBe(true);
    for (const name of ['ETag', 'Content-Type', 'Content-Length', 'Afterglow', 'Vary', 'Cache-Control']) {
      expect([name, hit.headers.get(name)]).toEqual([name, miss.headers.get(name)]);
    }
  });

  test('one stored file answers every cut of it', async () => {
    await untilHit('/images/a.exr?hdr=1');
    for (const layers of [1, 2, 3]) {
      const cut = await read(`/images/a.exr?hdr=1&layers=${layers}`);
      expect([layers, cut.status]).toEqual([layers, 'afterglow; hit']);
    }
  });

  test('a gain map, which is two parts of a file, is a hit too', async () => {
    edge.origin.gainMap = Buffer.from('a gain map');
    await uploaded(edge, 'map.exr', 6);
    edge.origin.gainMap = undefined;
    const miss = await read('/images/map.exr?hdr=gainmap');
    const hit = await untilHit('/images/map.exr?hdr=gainmap');
    expect(hit.bytes.equals(miss.bytes)).toBe(true);
    expect(hit.bytes.subarray(-10).toString()).toBe('a gain map');
  });

  test('§5.2.1.5: what a client sends with no-store is not stored', async () => {
    await uploaded(edge, 'private.exr', 7);
    for (let i = 0; i < 3; i++) {
      const answer = await read('/images/private.exr?hdr=0', { 'Cache-Control': 'no-store' });
      expect(answer.status).toBe('afterglow; fwd=miss');
    }
    await untilHit('/images/private.exr?hdr=0');
  });

  test('§4.2.3, §5.1: Age is the time since the answer was last validated, and is absent if that was just now', async () => {
    const fresh = await read('/images/a.exr?hdr=0', { 'Cache-Control': 'no-cache' });
    expect(fresh.headers.get('Age')).toBeNull();
    let age: string | null = null;
    while (age === null) age = (await read('/images/a.exr?hdr=0')).headers.get('Age');
    expect(seconds(age)).toBeGreaterThan(0);
    expect(seconds(age)).toBeLessThan(5);
  });

  test.each([{ 'Cache-Control': 'no-cache' }, { 'Cache-Control': 'max-age=0' }, { Pragma: 'no-cache' }])(
    '§5.2.1.4, §5.4: %j has it validated',
    async (headers) => {
      const masters = await edge.miniflare.getR2Bucket('MASTERS');
      await uploaded(edge, 'gone.exr', 8);
      await read('/images/gone.exr?hdr=0');
      // Behind the worker's back, as a worker in another data centre would.
      await masters.delete('images/gone.exr.json');
      expect((await edge.get('/images/gone.exr?hdr=0', { headers })).status).toBe(404);
    },
  );
});

describe('RFC 9111 §4.4, invalidation', () => {
  test('a PUT or DELETE is seen by the next GET', async () => {
    await uploaded(edge, 'changes.exr', 10);
    const first = await untilHit('/images/changes.exr?hdr=0');
    edge.origin.baseQuality = 30;
    await uploaded(edge, 'changes.exr', 11);
    edge.origin.baseQuality = 80;
    const second = await read('/images/changes.exr?hdr=0');
    expect(second.headers.get('ETag')).not.toBe(first.headers.get('ETag'));
    expect(second.bytes.equals(first.bytes)).toBe(false);
    await edge.remove('changes.exr');
    expect((await edge.get('/images/changes.exr?hdr=0')).status).toBe(404);
  });

  test('what caches elsewhere hold is purged by its tag, upload by upload', async () => {
    await uploaded(edge, 'tagged.exr', 12);
    const tag = (await read('/images/tagged.exr?hdr=0')).headers.get('Cache-Tag') ?? '';
    expect(tag).toMatch(/^[0-9a-f-]{36}$/);
    expect(purged.join()).not.toContain(tag);
    await uploaded(edge, 'tagged.exr', 13);
    const purge = `Bearer token {"tags":["${tag}"]}`;
    expect(purged).toContain(purge);
    const next = (await read('/images/tagged.exr?hdr=0')).headers.get('Cache-Tag') ?? '';
    await edge.remove('tagged.exr');
    expect(purged).toContain(purge.replace(tag, next));
  });
});

describe('renditions are a cache, too', () => {
  test('of an encoder: another version renders anew, and the former comes back as it was', async () => {
    const folder = await mkdtemp(`${tmpdir()}/afterglow-encoder-`);
    const answers: string[] = [];
    for (const version of ['one', 'two', 'one']) {
      const other = await startEdge({ persistTo: folder, variables: { ENCODER_VERSION: version } });
      if (answers.length === 0) await uploaded(other, 'a.exr', 14);
      let response = await other.get('/images/a.exr?hdr=1', { method: 'HEAD' });
      while (response.headers.get('Afterglow')?.includes('pending') === true) {
        response = await other.get('/images/a.exr?hdr=1', { method: 'HEAD' });
      }
      expect(response.headers.get('Afterglow')).toContain('layered');
      answers.push(response.headers.get('ETag') ?? '');
      await other.stop();
    }
    expect(answers[0]).toContain('/one/');
    expect(answers[1]).toContain('/two/');
    expect(answers[2]).toBe(answers[0]);
    await rm(folder, { recursive: true });
  });

  test('that a lifecycle rule deleted are rendered again, and their tags go on being known', async () => {
    await uploaded(edge, 'expired.exr', 15);
    const before = await read('/images/expired.exr?hdr=1');
    const renditions = await edge.miniflare.getR2Bucket('RENDITIONS');
    const tag = before.headers.get('ETag') ?? '';
    const generation = before.headers.get('Cache-Tag') ?? '';
    for (const kind of ['base', 'layered']) await renditions.delete(`${generation}/1/original/${kind}.jpg`);
    const known = await edge.get('/images/expired.exr?hdr=1', { headers: { 'If-None-Match': tag } });
    expect(known.status).toBe(304);
    // The isolate may remember it for a minute, and finds out when it opens the file.
    let again = await read('/images/expired.exr?hdr=1');
    while (again.headers.get('Afterglow')?.includes('layered') !== true) {
      again = await read('/images/expired.exr?hdr=1');
    }
    expect(again.bytes.equals(before.bytes)).toBe(true);
  });
});
