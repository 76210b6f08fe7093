import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, exr, problemCode, startEdge, uploaded } from '../runtime/edge-harness.ts';
import type { Edge } from '../runtime/edge-harness.ts';

/** RFC 9110 §13, conditional requests, and §8.8.3, entity tags: clause by clause, in workerd. */

const TOKEN = { Authorization: 'Bearer a token of the uploader' };
let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
  await uploaded(edge, 'a.exr');
});
afterAll(() => edge.stop());

async function tagOf(path: string): Promise<string> {
  const response = await edge.get(path, { method: 'HEAD' });
  expect(response.status).toBe(200);
  return response.headers.get('ETag') ?? '';
}

/** The status of a GET whose body nobody reads. */
async function statusOf(path: string, headers: Record<string, string>): Promise<number> {
  const response = await edge.get(path, { headers });
  await response.body?.cancel();
  return response.status;
}

describe('RFC 9110 §8.8, validators', () => {
  test('§8.8.3: the tag is strong, well-formed, and the same for the same bytes', async () => {
    const first = await edge.get('/images/a.exr?hdr=1');
    const second = await edge.get('/images/a.exr?layers=3&hdr=1&utm_source=x');
    expect(first.headers.get('ETag')).toMatch(/^"[\x21\x23-\x7e]+"$/);
    expect((await bytesOf(first)).equals(await bytesOf(await edge.get('/images/a.exr?hdr=1')))).toBe(true);
    await second.body?.cancel();
    expect(await tagOf('/images/a.exr?hdr=1')).toBe(first.headers.get('ETag'));
  });

  test('§8.8.3.3: representations of one resource have tags of their own', async () => {
    const paths = ['hdr=0', 'hdr=1', 'hdr=1&layers=1', 'hdr=1&layers=2', 'hdr=0&w=32', 'hdr=0&q=50'];
    const tags: string[] = [];
    for (const query of paths) tags.push(await tagOf(`/images/a.exr?${query}`));
    expect(new Set(tags).size).toBe(paths.length);
  });

  test('the tag names upload, encoder, variant and representation', async () => {
    expect(await tagOf('/images/a.exr?hdr=0&w=32')).toMatch(/^"[0-9a-f-]{36}\/1\/w[^/]*32[^/]*\/sdr"$/);
  });
});

describe('RFC 9110 §13.1.1, If-Match', () => {
  test('a GET of something else is 412', async () => {
    const response = await edge.get('/images/a.exr', { headers: { 'If-Match': '"other"' } });
    expect([response.status, await problemCode(response)]).toEqual([412, 'precondition_failed']);
  });

  test('the comparison is strong', async () => {
    const tag = await tagOf('/images/a.exr?hdr=0');
    expect(await statusOf('/images/a.exr?hdr=0', { 'If-Match': `"x", ${tag}` })).toBe(200);
    expect(await statusOf('/images/a.exr?hdr=0', { 'If-Match': `W/${tag}` })).toBe(412);
  });

  test('* is whatever exists', async () => {
    expect(await statusOf('/images/a.exr', { 'If-Match': '*' })).toBe(200);
    expect(await statusOf('/images/none.exr', { 'If-Match': '*' })).toBe(404);
  });

  test('keeps a PUT or DELETE from an upload that its client has not seen', async () => {
    await uploaded(edge, 'mine.exr', 2);
    const mine = await tagOf('/images/mine.exr?hdr=1');
    await uploaded(edge, 'mine.exr', 3);
    const theirs = await tagOf('/images/mine.exr?hdr=0');
    const headers = { ...TOKEN, 'If-Match': mine };
    const put = await edge.put('mine.exr', await exr(4), { headers });
    expect([put.status, await problemCode(put)]).toEqual([412, 'precondition_failed']);
    const removed = await edge.get('/images/mine.exr', { method: 'DELETE', headers });
    expect([removed.status, await problemCode(removed)]).toEqual([412, 'precondition_failed']);
    expect(await tagOf('/images/mine.exr?hdr=0')).toBe(theirs);
    const right = { headers: { ...TOKEN, 'If-Match': theirs } };
    expect((await edge.put('mine.exr', await exr(4), right)).status).toBe(202);
  });
});

describe('RFC 9110 §13.1.2, If-None-Match', () => {
  test.each([
    ['the tag', (tag: string) => tag],
    ['its weak form', (tag: string) => `W/${tag}`],
    ['a list with it', (tag: string) => `"a" , ${tag},"b"`],
    ['*', () => '*'],
  ])('%s is 304', async (_, field) => {
    const tag = await tagOf('/images/a.exr?hdr=1');
    const headers = { 'If-None-Match': field(tag) };
    const response = await edge.get('/images/a.exr?hdr=1', { headers });
    expect(response.status).toBe(304);
    expect((await response.arrayBuffer()).byteLength).toBe(0);
    expect((await edge.get('/images/a.exr?hdr=1', { method: 'HEAD', headers })).status).toBe(304);
  });

  test.each(['"other"', 'unquoted', ''])('%j is 200', async (field) => {
    expect(await statusOf('/images/a.exr?hdr=1', { 'If-None-Match': field })).toBe(200);
  });

  test('of another representation is 200', async () => {
    const tag = await tagOf('/images/a.exr?hdr=0');
    expect(await statusOf('/images/a.exr?hdr=1', { 'If-None-Match': tag })).toBe(200);
  });

  test('* keeps a PUT from what exists, and from nothing else', async () => {
    const headers = { ...TOKEN, 'If-None-Match': '*' };
    const taken = await edge.put('a.exr', await exr(9), { headers });
    expect([taken.status, await problemCode(taken)]).toEqual([412, 'precondition_failed']);
    expect((await edge.put('new.exr', await exr(9), { headers })).status).toBe(202);
  });

  test('§15.4.5: a 304 has the headers of the 200 that bear on caching', async () => {
    const full = await edge.get('/images/a.exr');
    await full.body?.cancel();
    const known = { 'If-None-Match': full.headers.get('ETag') ?? '' };
    const response = await edge.get('/images/a.exr', { headers: known });
    expect(response.status).toBe(304);
    for (const name of ['ETag', 'Cache-Control', 'Vary', 'Cache-Tag']) {
      expect([name, response.headers.get(name)]).toEqual([name, full.headers.get(name)]);
    }
    expect(response.headers.get('Content-Range')).toBeNull();
    expect(response.headers.get('Content-Type')).toBeNull();
  });
});

describe('RFC 9110 §13.1.3, §13.1.4, dates', () => {
  test('are ignored, since no answer says when it was modified', async () => {
    const past = 'Sat, 29 Oct 1994 19:43:31 GMT';
    const future = 'Fri, 01 Jan 2100 00:00:00 GMT';
    expect((await edge.get('/images/a.exr', { method: 'HEAD' })).headers.get('Last-Modified')).toBeNull();
    expect(await statusOf('/images/a.exr', { 'If-Modified-Since': future })).toBe(200);
    expect(await statusOf('/images/a.exr', { 'If-Unmodified-Since': past })).toBe(200);
  });
});

describe('RFC 9110 §13.2, evaluation', () => {
  test('§13.2.1: no condition hides a 404 or 400', async () => {
    expect(await statusOf('/images/none.exr', { 'If-None-Match': '*' })).toBe(404);
    expect(await statusOf('/images/a.exr?w=0', { 'If-None-Match': '*' })).toBe(400);
  });

  test('§13.2.2: If-Match comes before If-None-Match, and both before Range', async () => {
    const tag = await tagOf('/images/a.exr?hdr=1');
    const path = '/images/a.exr?hdr=1';
    expect(await statusOf(path, { 'If-Match': '"x"', 'If-None-Match': tag })).toBe(412);
    expect(await statusOf(path, { 'If-Match': tag, 'If-None-Match': tag })).toBe(304);
    expect(await statusOf(path, { 'If-None-Match': tag, Range: 'bytes=0-9' })).toBe(304);
    expect(await statusOf(path, { 'If-Match': tag, Range: 'bytes=0-9' })).toBe(206);
  });
});
