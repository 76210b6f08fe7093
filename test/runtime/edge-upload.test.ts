import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, exr, hdrFile, jobEnd, problemCode, startEdge, uploaded } from './edge-harness.ts';
import type { Edge } from './edge-harness.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ maxUploadBytes: 19 * 2 ** 20 });
});
afterAll(() => edge.stop());

/** A Radiance header that promises more than anything could hold. */
const enormous = '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 100000 +X 100000\n';

/** A PFM of 2 × 2 grey pixels, one of which is no number. */
function pfm(value: number): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode('Pf\n2 2\n-1.0\n');
  const pixels = new Uint8Array(Float32Array.of(1, value, 1, 1).buffer);
  return new Uint8Array([...header, ...pixels]);
}

describe('bad uploads get a 4xx problem and leave nothing in R2', () => {
  test.each<[string, () => Promise<Uint8Array<ArrayBuffer>> | BodyInit, number, string]>([
    ['nothing', () => '', 400, 'empty_upload'],
    [
      'random bytes',
      () => crypto.getRandomValues(new Uint8Array(5000)).fill(1, 0, 8),
      415,
      'unsupported_format',
    ],
    ['a truncated EXR', async () => (await exr()).slice(0, 700), 422, 'damaged'],
    ['an EXR cut in its header', async () => (await exr()).slice(0, 50), 422, 'damaged'],
    ['100,000 × 100,000', () => enormous, 422, 'too_large'],
    ['NaN', () => pfm(Number.NaN), 422, 'non_finite_pixels'],
    ['infinity', () => pfm(Infinity), 422, 'non_finite_pixels'],
    ['more than is allowed', () => new Uint8Array(20_000_001).fill(0x76), 413, 'upload_too_large'],
  ])('%s', async (_, body, status, code) => {
    const response = await edge.put('bad.exr', await body());
    expect([response.status, await problemCode(response)]).toEqual([status, code]);
    expect(await edge.stored()).toEqual([]);
    expect((await edge.get('/images/bad.exr')).status).toBe(404);
  });

  test('a format that is known and not read is refused by the origin, which says what to save it as', async () => {
    const response = await edge.put('bad.gif', 'GIF89a and so on');
    expect(await response.json()).toMatchObject({ detail: 'Refused: unsupported_format.' });
    expect(await edge.stored()).toEqual([]);
  });

  test('too much in chunks, whose number nobody said', async () => {
    const start = await exr();
    const chunk = new Uint8Array(1_000_000);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(sent === 0 ? start : chunk);
        if (++sent > 25) controller.close();
      },
    });
    const response = await edge.put('bad.exr', body, { duplex: 'half', ...authorized } as RequestInit);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      code: 'upload_too_large',
      detail: 'An upload may have 19 MiB at most.',
    });
    expect(await edge.stored()).toEqual([]);
  });

  test.each([
    ['no token', {}],
    ['a wrong token', { Authorization: 'Bearer wrong' }],
    ['another scheme', { Authorization: 'Basic dG9rZW4=' }],
  ])('%s', async (_, headers) => {
    for (const method of ['PUT', 'DELETE']) {
      const body = method === 'PUT' ? await exr() : null;
      const response = await edge.get('/images/bad.exr', { method, body, headers });
      expect(response.headers.get('WWW-Authenticate')).toContain('Bearer');
      expect([response.status, await problemCode(response)]).toEqual([401, 'unauthorized']);
    }
    expect(await edge.stored()).toEqual([]);
  });

  test('a large body is no reason not to read the answer', async () => {
    for (let i = 0; i < 5; i++) {
      const body = new Uint8Array(18_000_000);
      expect((await edge.put('bad.exr', body)).status).toBe(415);
      expect((await edge.put('bad.exr', body, { headers: {} })).status).toBe(401);
      expect((await edge.put('a%2F..%2Fb', body)).status).toBe(400);
    }
  });

  test('a key that is none', async () => {
    const response = await edge.put('a%2F..%2Fb', await exr());
    expect([response.status, await problemCode(response)]).toEqual([400, 'invalid_key']);
  });

  test('an origin that is away cannot check: 503, and nothing is kept', async () => {
    await edge.origin.kill();
    const response = await edge.put('a.exr', await exr());
    expect([response.status, await problemCode(response)]).toEqual([503, 'origin_unavailable']);
    expect(response.headers.get('Retry-After')).toBe('5');
    expect(await edge.stored()).toEqual([]);
    await edge.origin.restart();
  });
});

const authorized = { headers: { Authorization: 'Bearer a token of the uploader' } };

describe('good uploads', () => {
  test('in chunks, larger than one part of R2, arrive whole', async () => {
    const picture = await hdrFile('pfm', 7, 1200, 800);
    expect(picture.length).toBeGreaterThan(9_000_000);
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < picture.length; at += 700_001)
          controller.enqueue(picture.slice(at, at + 700_001));
        controller.close();
      },
    });
    const response = await edge.put('large.pfm', body, { duplex: 'half', ...authorized } as RequestInit);
    expect(response.status).toBe(202);
    expect(await jobEnd(edge, response.headers.get('Location'))).toMatchObject({ status: 'done' });
    expect((await edge.remove('large.pfm')).status).toBe(204);
  });

  test('a key of several segments and of any letters', async () => {
    await uploaded(edge, 'alps/d%C3%A4mmerung%201.exr');
    await bytesOf(await edge.get('/images/alps%2Fd%C3%A4mmerung%201.exr'));
    await edge.remove('alps/d%C3%A4mmerung%201.exr');
  });

  test('the same bytes again are the same job, and nothing is rendered', async () => {
    const { id } = await uploaded(edge, 'twice.exr', 5);
    const before = edge.origin.requests.length;
    const again = await edge.put('twice.exr', await exr(5));
    expect([again.status, again.headers.get('Location')]).toEqual([202, `/jobs/${id}`]);
    expect(edge.origin.requests.length).toBe(before);
    expect((await edge.stored()).filter((name) => name.startsWith('masters/'))).toHaveLength(1);
  });

  test('another picture under the key takes the place of the first, with new tags', async () => {
    const tag = (await edge.get('/images/twice.exr?hdr=0')).headers.get('ETag');
    edge.origin.baseQuality = 60;
    await uploaded(edge, 'twice.exr', 6);
    const now = await edge.get('/images/twice.exr?hdr=0', { headers: { 'If-None-Match': tag ?? '' } });
    expect(now.status).toBe(200);
    expect(now.headers.get('ETag')).not.toBe(tag);
    const stored = await edge.stored();
    expect(stored.filter((name) => name.startsWith('masters/'))).toHaveLength(1);
    expect(stored.filter((name) => name.endsWith('.jpg'))).toHaveLength(2);
  });

  test('DELETE leaves no picture behind', async () => {
    expect((await edge.remove('twice.exr')).status).toBe(204);
    expect((await edge.get('/images/twice.exr')).status).toBe(404);
    expect((await edge.remove('twice.exr')).status).toBe(404);
    expect((await edge.stored()).filter((name) => !name.startsWith('jobs/'))).toEqual([]);
  });
});

test('the token that another one replaces is believed until it is taken away', async () => {
  const replaced = await startEdge({ variables: { UPLOAD_TOKEN_BEFORE: 'the token of last year' } });
  try {
    for (const token of ['a token of the uploader', 'the token of last year']) {
      const headers = { Authorization: `Bearer ${token}` };
      expect((await replaced.put('a.exr', await exr(), { headers })).status).toBe(202);
    }
    const headers = { Authorization: 'Bearer the token of the year before' };
    expect((await replaced.put('a.exr', await exr(), { headers })).status).toBe(401);
  } finally {
    await replaced.stop();
  }
});
