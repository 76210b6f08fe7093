import { createHash } from 'node:crypto';
import { Response } from 'miniflare';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bytesOf, exr, problemCode, startEdge } from './edge-harness.ts';
import type { Edge } from './edge-harness.ts';
import { fakeWeb, RESOLVER } from './fake-web.ts';
import type { Page } from './fake-web.ts';

const web = fakeWeb();
const HOST = 'https://photos.example.com';
const REMOTE = {
  REMOTE_SOURCES: `${HOST}/ https://cdn.example.net/public/ shop=https://shop.example.com/media/`,
  REMOTE_TIMEOUT_SECONDS: '1',
  MAX_REMOTE_BYTES: '100000',
};

let picture: Uint8Array<ArrayBuffer>;
let edge: Edge;
let count = 0;
/** A URL that was never asked for. */
let url: string;

beforeAll(async () => {
  picture = await exr();
});
beforeEach(() => {
  web.requests.length = 0;
  url = `${HOST}/${++count}.exr`;
  web.pages.set(url, file());
});
afterEach(() => {
  web.pages.clear();
});

const image = { 'Content-Type': 'image/x-exr' };
const file =
  (bytes: Uint8Array<ArrayBuffer> = picture, headers: Record<string, string> = image): Page =>
  () =>
    new Response(bytes, { headers });
const redirect =
  (location: string, status = 302): Page =>
  () =>
    new Response(null, { status, headers: { Location: location } });
const get = (source: string, query = '', init?: RequestInit): Promise<globalThis.Response> =>
  edge.get(`/fetch/${encodeURIComponent(source)}${query}`, init);
const refusal = async (source: string): Promise<[number, string]> => {
  const response = await get(source);
  return [response.status, await problemCode(response)];
};
const keyOf = (source: string): string => `fetch/${createHash('sha256').update(source).digest('hex')}`;
const hostsAsked = (): string[] => web.requests.map((request) => new URL(request.url).host);

describe('a remote source', () => {
  beforeAll(async () => {
    edge = await startEdge({ variables: REMOTE }, { outboundService: web.outboundService });
  });
  afterAll(() => edge.stop());

  test('is fetched once, and then is a picture like any', async () => {
    const plain = await bytesOf(await get(url, '?hdr=0'));
    expect(plain.subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]));
    await expect
      .poll(async () => (await get(url, '?hdr=1')).headers.get('Afterglow'))
      .toMatch(/^layered;layers=3/);
    expect((await bytesOf(await get(url, '?hdr=0&w=32'))).equals(plain)).toBe(false);
    const head = await get(url, '?hdr=0', { method: 'HEAD' });
    expect(head.headers.get('Content-Length')).toBe(String(plain.length));
    const part = await get(url, '?hdr=0', { headers: { Range: 'bytes=0-1' } });
    expect([part.status, (await part.bytes()).length]).toEqual([206, 2]);
    const info = (await (await edge.get(`/images/${keyOf(url)}/info`)).json()) as { width: number };
    expect(info.width).toBe(64);
    expect(web.requests).toHaveLength(1);
  });

  test('is one however its address was written', async () => {
    await bytesOf(await get(url, '?hdr=0'));
    await bytesOf(await edge.get(`/fetch/${url}?hdr=0`));
    await bytesOf(await edge.get(`/fetch/${url.replace('//', '/').replace('photos', 'PHOTOS')}?hdr=0`));
    expect(web.requests).toHaveLength(1);
  });

  test('has its own query, and may lie below a named prefix', async () => {
    web.pages.set('https://shop.example.com/media/a.exr', file());
    await bytesOf(await edge.get('/fetch/shop/a.exr?hdr=0'));
    await bytesOf(await get(`${url}?v=1&w=9`, '?hdr=0'));
    expect(web.requests.map((request) => request.url)).toEqual([
      'https://shop.example.com/media/a.exr',
      `${url}?v=1&w=9`,
    ]);
  });

  test('gets nothing that the client said', async () => {
    const secrets = {
      Authorization: 'Bearer of secrets',
      Cookie: 'session=1',
      'X-Forwarded-For': '10.0.0.1',
    };
    await bytesOf(
      await get(url, '?hdr=0', { headers: { ...secrets, Referer: 'https://a.example/private' } }),
    );
    const names = [...(web.requests[0]?.headers.keys() ?? [])];
    expect(names).toEqual(expect.arrayContaining(['accept', 'user-agent', 'cdn-loop']));
    for (const name of ['authorization', 'cookie', 'x-forwarded-for', 'referer', 'cf-connecting-ip'])
      expect(names).not.toContain(name);
  });

  test('is fetched once for all who ask at once', async () => {
    web.pages.set(url, async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return new Response(picture, { headers: image });
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => get(url, '?hdr=0')));
    const bodies = await Promise.all(answers.map(bytesOf));
    expect(bodies.every((body) => body.equals(bodies[0] ?? Buffer.alloc(0)))).toBe(true);
    expect(web.requests).toHaveLength(1);
  });

  test('that was deleted here is fetched anew', async () => {
    await bytesOf(await get(url, '?hdr=0'));
    expect((await edge.remove(keyOf(url))).status).toBe(204);
    await bytesOf(await get(url, '?hdr=0'));
    expect(web.requests).toHaveLength(2);
  });

  test('takes redirects to what is allowed', async () => {
    web.pages.set(url, redirect('/moved.exr', 301));
    web.pages.set(`${HOST}/moved.exr`, redirect('https://cdn.example.net/public/a.exr', 307));
    web.pages.set('https://cdn.example.net/public/a.exr', file());
    await bytesOf(await get(url, '?hdr=0'));
    expect(hostsAsked()).toEqual(['photos.example.com', 'photos.example.com', 'cdn.example.net']);
  });

  test.each([
    'https://evil.example/a.exr',
    'https://cdn.example.net/private/a.exr',
    'http://photos.example.com/a.exr',
    'http://169.254.169.254/latest/meta-data/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://[::ffff:10.0.0.1]/',
    'file:///etc/passwd',
  ])('takes no redirect to %s', async (location) => {
    web.pages.set(url, redirect(location));
    expect(await refusal(url)).toEqual([403, 'source_not_allowed']);
    expect(hostsAsked()).toEqual(['photos.example.com']);
  });

  test('takes no more than four redirects', async () => {
    web.pages.set(url, redirect(url));
    expect(await refusal(url)).toEqual([503, 'source_failed']);
    expect(web.requests).toHaveLength(5);
  });

  test.each([
    ['another host', 'https://evil.example/a.exr', 403, 'source_not_allowed'],
    ['an address', 'https://10.0.0.1/a.exr', 403, 'source_not_allowed'],
    ['credentials', 'https://user:secret@photos.example.com/a.exr', 400, 'invalid_source'],
    ['no address', 'photos.example.com', 400, 'invalid_source'],
  ])('may not be: %s', async (_, source, status, code) => {
    expect(await refusal(source)).toEqual([status, code]);
    expect(web.requests).toEqual([]);
  });

  test('that is this service itself is refused', async () => {
    const response = await get(url, '', { headers: { 'CDN-Loop': 'cloudflare; v=1, Afterglow' } });
    expect([response.status, await problemCode(response)]).toEqual([400, 'loop_detected']);
    expect(web.requests).toEqual([]);
  });

  test('is only read', async () => {
    const response = await edge.get(`/fetch/${url}`, { method: 'PUT', body: picture });
    expect([response.status, await problemCode(response)]).toEqual([405, 'method_not_allowed']);
    expect(response.headers.get('Allow')).toBe('GET, HEAD, OPTIONS');
  });
});

describe('what a source sends instead of a picture is refused, kept nowhere and not asked for again', () => {
  beforeAll(async () => {
    edge = await startEdge({ variables: REMOTE }, { outboundService: web.outboundService });
  });
  afterAll(() => edge.stop());
  /** In chunks, without saying how much it is: more than the edge reads before it looks. */
  const unannounced = (): ReadableStream<Uint8Array> => {
    let sent = 0;
    return new ReadableStream({
      pull: (controller) => {
        controller.enqueue(sent === 0 ? picture : new Uint8Array(1_000_000));
        if (++sent > 16) controller.close();
      },
    });
  };
  /** Sends the beginning, and then nothing more. */
  const hanging = (): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start: (controller) => {
        controller.enqueue(picture.subarray(0, 100));
      },
    });

  test.each<[string, Page, number, string]>([
    ['404', () => new Response('none', { status: 404 }), 404, 'source_not_found'],
    ['410', () => new Response('gone', { status: 410 }), 404, 'source_not_found'],
    ['401', () => new Response('who?', { status: 401 }), 503, 'source_failed'],
    ['500', () => new Response('oh', { status: 500 }), 503, 'source_failed'],
    ['206', () => new Response(picture, { status: 206, headers: image }), 503, 'source_failed'],
    ['304 unasked', () => new Response(null, { status: 304 }), 503, 'source_failed'],
    ['a redirect to nowhere', () => new Response(null, { status: 302 }), 503, 'source_failed'],
    ['HTML', file(undefined, { 'Content-Type': 'text/html; charset=utf-8' }), 422, 'source_no_picture'],
    [
      'HTML that says it is a picture',
      () => new Response('<html>', { headers: image }),
      422,
      'source_no_picture',
    ],
    ['nothing', () => new Response(new Uint8Array(0), { headers: image }), 422, 'source_no_picture'],
    ['a damaged picture', () => new Response(picture.slice(0, 500), { headers: image }), 422, 'damaged'],
    ['too much', file(new Uint8Array(100_001).fill(0x76)), 422, 'source_too_large'],
    ['too much, unannounced', () => new Response(unannounced(), { headers: image }), 422, 'source_too_large'],
    ['a picture that stops coming', () => new Response(hanging(), { headers: image }), 503, 'source_timeout'],
    ['no answer', () => new Promise<Response>(() => undefined), 503, 'source_timeout'],
  ])('%s', async (_, page, status, code) => {
    web.pages.set(url, page);
    expect(await refusal(url)).toEqual([status, code]);
    expect(await refusal(url)).toEqual([status, code]);
    expect(web.requests).toHaveLength(1);
    expect((await edge.stored()).filter((name) => !name.startsWith('remote/'))).toEqual([]);
  });

  test('a host that cannot be reached', async () => {
    web.pages.delete(url);
    const response = await get(url);
    expect(response.headers.get('Retry-After')).toBe('30');
    expect([response.status, await problemCode(response)]).toEqual([503, 'source_failed']);
  });

  test('but an unnamed type is left to the bytes', async () => {
    for (const type of ['application/octet-stream', 'Image/Vnd.Radiance; a=b']) {
      web.pages.set(url, file(picture, { 'Content-Type': type }));
      await bytesOf(await get(url, '?hdr=0'));
      url = `${HOST}/${++count}.exr`;
    }
  });
});

describe('the copy of a source', () => {
  beforeAll(async () => {
    const variables = { ...REMOTE, REMOTE_TTL_SECONDS: '0' };
    edge = await startEdge({ variables }, { outboundService: web.outboundService });
  });
  afterAll(() => edge.stop());
  const etagOf = async (): Promise<string | null> => {
    const response = await get(url, '?hdr=0');
    await bytesOf(response);
    return response.headers.get('ETag');
  };

  test('is asked for again once it is old, and served meanwhile', async () => {
    const headers = { ...image, ETag: 'W/"1"', 'Last-Modified': 'Sun, 06 Nov 1994 08:49:37 GMT' };
    web.pages.set(url, file(picture, headers));
    const first = await etagOf();
    web.pages.set(url, () => new Response(null, { status: 304 }));
    expect(await etagOf()).toBe(first);
    await expect.poll(() => web.requests.length).toBe(2);
    const asked = web.requests[1]?.headers;
    expect(asked?.get('If-None-Match')).toBe('W/"1"');
    expect(asked?.get('If-Modified-Since')).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
    expect(await etagOf()).toBe(first);
  });

  test('is the same picture if the bytes are', async () => {
    const first = await etagOf();
    const before = await edge.stored();
    for (const asked of [2, 3]) {
      // While one revalidation is on its way no second one begins: ask until one does.
      await expect
        .poll(async () => {
          expect(await etagOf()).toBe(first);
          return web.requests.length;
        })
        .toBeGreaterThanOrEqual(asked);
    }
    await expect.poll(() => edge.stored()).toEqual(expect.arrayContaining(before));
    expect((await edge.stored()).filter((name) => name.startsWith('masters/')).length).toBe(
      before.filter((name) => name.startsWith('masters/')).length,
    );
  });

  test('is the same picture if its record was lost', async () => {
    const first = await etagOf();
    const bucket = await edge.miniflare.getR2Bucket('MASTERS');
    await bucket.delete(`remote/${keyOf(url)}.json`);
    expect(await etagOf()).toBe(first);
    expect(web.requests).toHaveLength(2);
  });

  test('is replaced if they are others', async () => {
    const first = await etagOf();
    web.pages.set(url, file(await exr(2)));
    await expect.poll(etagOf).not.toBe(first);
  });

  test.each([
    ['a failure', () => new Response('oh', { status: 500 })],
    ['a page', () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } })],
  ])('outlives %s of its source', async (_, page) => {
    const first = await etagOf();
    let failures = 0;
    web.pages.set(url, () => {
      failures++;
      return page();
    });
    // Until one that began before has ended, no other begins.
    await expect
      .poll(async () => {
        expect(await etagOf()).toBe(first);
        return failures;
      })
      .toBe(1);
    // The source is left alone for a while.
    for (let again = 0; again < 3; again++) expect(await etagOf()).toBe(first);
    expect(failures).toBe(1);
  });

  test('goes when its source says that it is gone', async () => {
    await etagOf();
    web.pages.set(url, () => new Response('gone', { status: 410 }));
    await expect.poll(async () => (await get(url, '?hdr=0')).status).toBe(404);
    expect(await edge.stored()).not.toContain(`images/${keyOf(url)}.json`);
  });
});

describe('where names are resolved beforehand', () => {
  beforeAll(async () => {
    const variables = { ...REMOTE, DNS_RESOLVER: RESOLVER };
    edge = await startEdge({ variables }, { outboundService: web.outboundService });
  });
  afterAll(() => edge.stop());

  test('public addresses pass', async () => {
    web.addresses.set('photos.example.com', ['93.184.216.34', '2606:2800:220:1::1']);
    await bytesOf(await get(url, '?hdr=0'));
  });

  test.each([
    ['a private one', ['10.0.0.1']],
    ['the metadata service', ['169.254.169.254']],
    ['a private one among public ones', ['93.184.216.34', '127.0.0.1']],
    ['a private one of IPv6', ['93.184.216.34', 'fd00::1']],
    ['a mapped one', ['::ffff:10.0.0.1']],
    ['one that is none', ['93.184.216']],
  ])('not %s', async (_, addresses) => {
    web.addresses.set('photos.example.com', addresses);
    expect(await refusal(url)).toEqual([403, 'source_not_allowed']);
    expect(web.requests).toEqual([]);
  });

  test('nor a name that has none', async () => {
    web.addresses.set('photos.example.com', []);
    expect(await refusal(url)).toEqual([503, 'source_failed']);
  });

  test('nor a redirect to a name of a private one', async () => {
    web.addresses.set('photos.example.com', ['93.184.216.34']).set('cdn.example.net', ['192.168.1.1']);
    web.pages.set(url, redirect('https://cdn.example.net/public/a.exr'));
    expect(await refusal(url)).toEqual([403, 'source_not_allowed']);
    expect(hostsAsked()).toEqual(['photos.example.com']);
  });
});

test('nothing is fetched where nothing is allowed', async () => {
  edge = await startEdge({}, { outboundService: web.outboundService });
  try {
    expect(await refusal(url)).toEqual([403, 'source_not_allowed']);
    expect(web.requests).toEqual([]);
  } finally {
    await edge.stop();
  }
});
