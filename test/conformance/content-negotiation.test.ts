import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEdge, uploaded } from '../runtime/edge-harness.ts';
import type { Edge } from '../runtime/edge-harness.ts';

/** RFC 9110 §12, content negotiation: clause by clause, in workerd. */

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge();
  await uploaded(edge, 'a.exr');
});
afterAll(() => edge.stop());

/** What is sent for an `Accept` field: `sdr` or `layered`. One that is an array goes out as several lines. */
async function sentFor(accept: string | string[] | undefined, query = ''): Promise<string> {
  const headers = await rawGet(`/images/a.exr${query}`, accept === undefined ? {} : { Accept: accept });
  expect(headers['content-type']).toBe('image/jpeg');
  return String(headers.afterglow).split(';')[0]!;
}

/** The headers of an answer to a request whose lines go out as they are; `fetch` would join them, and add an `Accept`. */
async function rawGet(path: string, headers: Record<string, string | string[]>) {
  const { url } = await edge.get('/healthz');
  return new Promise<Record<string, string | string[] | undefined>>((resolve, reject) => {
    request(new URL(path, url), { headers }, (response) => {
      response.resume().on('end', () => {
        expect(response.statusCode).toBe(200);
        resolve(response.headers);
      });
    })
      .on('error', reject)
      .end();
  });
}

describe('§12.1, proactive negotiation', () => {
  test('one address has a plain and a layered representation, each with its own strong entity tag', async () => {
    const plain = await rawGet('/images/a.exr', { Accept: 'image/jpeg' });
    const layered = await rawGet('/images/a.exr', { Accept: 'image/vnd.afterglow' });
    expect(plain.etag).toMatch(/^"[^"]+"$/);
    expect(layered.etag).toMatch(/^"[^"]+"$/);
    expect(layered.etag).not.toBe(plain.etag);
  });

  test('what the URL decides is not negotiated', async () => {
    expect(await sentFor('image/vnd.afterglow', '?hdr=0')).toBe('sdr');
    expect(await sentFor('image/jpeg', '?hdr=1')).toBe('layered');
  });
});

describe('§12.4.1, absence', () => {
  test('no Accept at all is no preference: the plain JPEG', async () => {
    expect(await sentFor(undefined)).toBe('sdr');
  });

  test('an Accept that allows nothing we have is disregarded, not answered 406', async () => {
    expect(await sentFor('text/html')).toBe('sdr');
    expect(await sentFor('image/jpeg;q=0, image/vnd.afterglow;q=0')).toBe('sdr');
  });
});

describe('§12.4.2, quality values', () => {
  test.each([
    ['image/vnd.afterglow;q=0.8, image/jpeg;q=0.8', 'layered'],
    ['image/vnd.afterglow;q=0.801, image/jpeg;q=0.8', 'layered'],
    ['image/vnd.afterglow;q=0.799, image/jpeg;q=0.8', 'sdr'],
    ['image/vnd.afterglow, image/jpeg;q=1.000', 'layered'],
    ['image/vnd.afterglow;q=0.001', 'layered'],
    ['image/vnd.afterglow;Q=0.5, image/jpeg;q=0.4', 'layered'],
  ])('the greater weight is preferred, none is 1: %s', async (accept, sent) => {
    expect(await sentFor(accept)).toBe(sent);
  });

  test('a weight of 0 is not acceptable', async () => {
    expect(await sentFor('image/vnd.afterglow;q=0, */*')).toBe('sdr');
    expect(await sentFor('image/vnd.afterglow;q=0.000')).toBe('sdr');
  });

  test.each(['1.1', '2', '0.1234', '.5', '-1', 'high', ''])(
    'a weight that is none, %s, drops its member and no other',
    async (weight) => {
      expect(await sentFor(`image/vnd.afterglow;q=${weight}, image/jpeg`)).toBe('sdr');
      expect(await sentFor(`image/jpeg;q=${weight}, image/vnd.afterglow;q=0.1`)).toBe('layered');
    },
  );
});

describe('§12.4.3, wildcard values', () => {
  test.each(['*/*', 'image/*', 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8'])(
    '%s does not select the layers: who does not name them would throw them away',
    async (accept) => {
      expect(await sentFor(accept)).toBe('sdr');
    },
  );

  test('a wildcard is a weight for the plain JPEG', async () => {
    expect(await sentFor('image/vnd.afterglow;q=0.5, image/*;q=0.6')).toBe('sdr');
    expect(await sentFor('image/vnd.afterglow;q=0.6, */*;q=0.5')).toBe('layered');
  });
});

describe('§12.5.1, Accept', () => {
  test('the most specific range has precedence, wherever it stands', async () => {
    expect(await sentFor('image/jpeg;q=0.3, image/vnd.afterglow;q=0.5, image/*;q=0.9')).toBe('layered');
    expect(await sentFor('image/*;q=0.9, image/vnd.afterglow;q=0.5, image/jpeg;q=0.3')).toBe('layered');
    expect(await sentFor('*/*, image/*;q=0.4, image/vnd.afterglow;q=0.5')).toBe('layered');
  });

  test('a media type with parameters is another one than without', async () => {
    expect(await sentFor('image/vnd.afterglow;version=9, image/jpeg;q=0.1')).toBe('sdr');
    expect(await sentFor('image/jpeg;profile=x, image/vnd.afterglow;q=0.1')).toBe('layered');
  });

  test('§8.3.1: types are case-insensitive', async () => {
    expect(await sentFor('IMAGE/VND.Afterglow, Image/JPEG;q=0.5')).toBe('layered');
  });
});

describe('§5.3 and §5.6.1, field lines and lists', () => {
  test('several lines are one list', async () => {
    expect(await sentFor(['image/jpeg;q=0.8', 'image/vnd.afterglow'])).toBe('layered');
    expect(await sentFor(['image/vnd.afterglow;q=0.5', 'image/jpeg'])).toBe('sdr');
  });

  test('empty members and white space around commas mean nothing', async () => {
    expect(await sentFor(', ,image/vnd.afterglow ,,\timage/jpeg;q=0.5,')).toBe('layered');
  });

  test('§5.6.4: a comma in a quoted string ends no member', async () => {
    expect(await sentFor('text/x;a="image/vnd.afterglow, ", image/jpeg')).toBe('sdr');
    expect(await sentFor('text/x;a=", \\" ,", image/vnd.afterglow')).toBe('layered');
  });

  test.each([
    '/',
    'image',
    'image/',
    '*/jpeg',
    'image/vnd afterglow',
    '"',
    ';q=1',
    'image/vnd.afterglow;"',
    '\xff',
  ])('a malformed member %s spoils no other', async (member) => {
    expect(await sentFor(`image/vnd.afterglow, ${member}`)).toMatch(/^(?:layered|sdr)$/);
    expect(await sentFor([member, 'image/vnd.afterglow'])).toMatch(/^(?:layered|sdr)$/);
    if (!member.includes('"')) expect(await sentFor([member, 'image/vnd.afterglow'])).toBe('layered');
  });
});

describe('§12.5.5, Vary', () => {
  test('names what the choice could have depended on, also where the request did not have it', async () => {
    const { vary } = await rawGet('/images/a.exr', {});
    expect(vary).toBe(
      'Accept, Save-Data, ECT, Downlink, RTT, Sec-CH-Width, Sec-CH-DPR, Sec-CH-Viewport-Width',
    );
  });

  test('is absent where the URL decides all', async () => {
    expect((await rawGet('/images/a.exr?hdr=1&w=32', {})).vary).toBeUndefined();
  });

  test('is the same for every choice, and with 304 (§15.4.5)', async () => {
    const first = await rawGet('/images/a.exr', {});
    const layered = await rawGet('/images/a.exr', { Accept: 'image/vnd.afterglow', Downlink: '1' });
    expect(layered.vary).toBe(first.vary);
    const unchanged = await edge.get('/images/a.exr', { headers: { 'If-None-Match': String(first.etag) } });
    expect(unchanged.status).toBe(304);
    expect(unchanged.headers.get('Vary')).toBe(first.vary);
  });
});
