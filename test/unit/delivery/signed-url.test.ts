import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalRequest, signUrl, verifyUrl } from '../../../src/delivery/signed-url.ts';

const now = 1_760_000_000;
const key = { id: 'k1', secret: 'the first secret of all' };
const other = { id: 'k2', secret: 'the second secret of all' };
const at = (target: string): URL => new URL(target, 'https://cdn.example.com');
const verify = (url: URL, method = 'GET', keys = [key, other], time = now) =>
  verifyUrl(method, url, keys, time);
const signed = await signUrl(at('/images/a/b%20c.exr?w=640&q=80'), { method: 'GET', key, expires: now + 60 });

describe('a signed URL', () => {
  test('carries the HMAC-SHA-256 of context, method, path and sorted query, line by line', () => {
    const text = `afterglow-url-v1\nGET\n/images/a/b%20c.exr\nexpires=${now + 60}&keyid=k1&q=80&w=640`;
    expect(canonicalRequest('GET', signed)).toBe(text);
    expect(signed.searchParams.get('signature')).toBe(
      createHmac('sha256', key.secret).update(text).digest('base64url'),
    );
  });

  test('is let in until it expires', async () => {
    expect(await verify(signed)).toEqual({ ok: true, expires: now + 60 });
    expect(await verify(signed, 'GET', [key], now + 60)).toEqual({ ok: true, expires: now + 60 });
    expect(await verify(signed, 'GET', [key], now + 61)).toEqual({ ok: false, fault: 'expired' });
  });

  test('without an end is good for good', async () => {
    const url = await signUrl(at('/images/a.exr'), { method: 'GET', key });
    expect(await verify(url, 'GET', [key], 9e9)).toEqual({ ok: true });
  });

  test('is signed for HEAD with GET', async () => {
    expect(await verify(signed, 'HEAD')).toMatchObject({ ok: true });
  });

  test('is one however it was spelt on its way', async () => {
    const { searchParams } = signed;
    const members = [...searchParams].map(([name, value]) => `${name}=${value}`);
    for (const spelling of [
      `/images/%61/b%20c.exr?${members.toReversed().join('&')}`,
      `/images/a/b c.exr?${members.join('&').replace('q=80', '%71=8%30')}`,
      `//cdn.example.org/images/./a/b%20c.exr?${members.join('&')}`,
    ])
      expect(await verify(at(spelling)), spelling).toMatchObject({ ok: true });
  });

  test('can be signed anew, with one signature', async () => {
    const again = await signUrl(signed, { method: 'GET', key: other });
    expect(again.searchParams.getAll('signature')).toHaveLength(1);
    expect(again.searchParams.has('expires')).toBe(false);
    expect(await verify(again)).toEqual({ ok: true });
  });

  test('of an old key is good as long as the key is there', async () => {
    const url = await signUrl(at('/images/a.exr'), { method: 'GET', key: other });
    expect(await verify(url, 'GET', [key, other])).toEqual({ ok: true });
    expect(await verify(url, 'GET', [key])).toEqual({ ok: false, fault: 'forged' });
  });
});

describe('is forged when', () => {
  const changed = (change: (url: URL) => void): URL => {
    const url = new URL(signed);
    change(url);
    return url;
  };
  test.each([
    [
      'a value is another',
      changed((url) => {
        url.searchParams.set('w', '641');
      }),
    ],
    [
      'something is added',
      changed((url) => {
        url.searchParams.append('blur', '2');
      }),
    ],
    [
      'something is added that is no parameter',
      changed((url) => {
        url.searchParams.append('utm_source', 'x');
      }),
    ],
    [
      'something is missing',
      changed((url) => {
        url.searchParams.delete('q');
      }),
    ],
    [
      'the path is another',
      changed((url) => {
        url.pathname = '/images/a/b%20d.exr';
      }),
    ],
    [
      'a slash is encoded',
      changed((url) => {
        url.pathname = '/images/a%2Fb%20c.exr';
      }),
    ],
    [
      'it is to live longer',
      changed((url) => {
        url.searchParams.set('expires', String(now + 99));
      }),
    ],
    [
      'it is to live for ever',
      changed((url) => {
        url.searchParams.delete('expires');
      }),
    ],
    [
      'it names another key',
      changed((url) => {
        url.searchParams.set('keyid', 'k2');
      }),
    ],
    [
      'it names a key that is not there',
      changed((url) => {
        url.searchParams.set('keyid', 'k3');
      }),
    ],
    [
      'the signature is another',
      changed((url) => {
        url.searchParams.set('signature', 'A'.repeat(43));
      }),
    ],
  ])('%s', async (_, url) => {
    expect(await verify(url)).toEqual({ ok: false, fault: 'forged' });
  });

  test.each(['PUT', 'DELETE', 'POST'])('the method is %s', async (method) => {
    expect(await verify(signed, method)).toEqual({ ok: false, fault: 'forged' });
  });

  test('the secret is another', async () => {
    const verified = await verify(signed, 'GET', [{ ...key, secret: `${key.secret}!` }]);
    expect(verified).toEqual({ ok: false, fault: 'forged' });
  });

  test('and who forges it does not learn that it would be over', async () => {
    const url = changed((old) => {
      old.searchParams.set('expires', '1');
    });
    expect(await verify(url)).toEqual({ ok: false, fault: 'forged' });
  });

  test('any bit of it is another', async () => {
    const href = signed.href.slice(signed.origin.length);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(href.length - 1),
        fc.constantFrom('0', 'a', 'Z', '%', '&', '/'),
        async (i, letter) => {
          const target = href.slice(0, i) + letter + href.slice(i + 1);
          if (!URL.canParse(target, signed)) return;
          const url = new URL(target, signed);
          const same = [...url.searchParams].toString() === [...signed.searchParams].toString();
          if (same && url.pathname === signed.pathname) return;
          expect((await verify(url)).ok, target).toBe(false);
        },
      ),
    );
  });
});

test.each([
  ['/images/a.exr', 'missing'],
  ['/images/a.exr?keyid=k1&expires=1', 'missing'],
  ['/images/a.exr?signature=', 'malformed'],
  [`/images/a.exr?signature=${'A'.repeat(43)}`, 'malformed'],
  [`/images/a.exr?keyid=k1&signature=${'A'.repeat(42)}`, 'malformed'],
  [`/images/a.exr?keyid=k1&signature=${'A'.repeat(42)}B`, 'malformed'],
  [`/images/a.exr?keyid=k1&signature=${'+'.repeat(43)}`, 'malformed'],
  [`/images/a.exr?keyid=k1&keyid=k1&signature=${'A'.repeat(43)}`, 'malformed'],
  [`/images/a.exr?keyid=k1&signature=${'A'.repeat(43)}&signature=${'A'.repeat(43)}`, 'malformed'],
  [`/images/a.exr?keyid=k1&expires=soon&signature=${'A'.repeat(43)}`, 'malformed'],
  [`/images/a.exr?keyid=k1&expires=1e12&signature=${'A'.repeat(43)}`, 'malformed'],
  [`/images/a.exr?keyid=k1&expires=1&expires=2&signature=${'A'.repeat(43)}`, 'malformed'],
  [`/images/%ff.exr?keyid=k1&signature=${'A'.repeat(43)}`, 'malformed'],
  [`/images/a.exr?keyid=k1&signature=${'A'.repeat(43)}`, 'forged'],
])('%s is %s', async (target, fault) => {
  expect(await verify(at(target))).toEqual({ ok: false, fault });
});

test('members cannot run into each other', () => {
  const canonical = (query: string) => canonicalRequest('GET', at(`/images/a?${query}`));
  expect(new Set(['a=1&b=2', 'a=1%26b%3D2', 'a%3D1=b%3D2', 'a=1%0Ab=2'].map(canonical)).size).toBe(4);
});
