import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../src/delivery/configuration.ts';
import { ProblemError } from '../../../src/delivery/problem.ts';
import { parseRemoteSources, resolveRedirect, resolveSource } from '../../../src/delivery/remote-source.ts';

const sources = parseRemoteSources(
  'https://photos.example.com/, https://*.cdn.example.com/public/ shop=https://shop.example.com:8443/media/ http://old.example.com/',
);
const encoded = encodeURIComponent;
const resolve = (path: string): string => resolveSource(path, sources).href;
const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemError);
    return (error as ProblemError).code;
  }
  return undefined;
};

describe('a source is named', () => {
  test.each([
    [
      'by a whole URL, encoded',
      encoded('https://photos.example.com/a b.exr?v=2'),
      'https://photos.example.com/a%20b.exr?v=2',
    ],
    [
      'with lower-case escapes',
      'https%3a%2f%2fphotos.example.com%2fa.exr',
      'https://photos.example.com/a.exr',
    ],
    [
      'by a URL without a query',
      'https://photos.example.com/a%20b.exr',
      'https://photos.example.com/a%20b.exr',
    ],
    [
      'by one whose slashes a proxy merged',
      'https:/photos.example.com/a.exr',
      'https://photos.example.com/a.exr',
    ],
    ['below a named prefix', 'shop/b/a.exr', 'https://shop.example.com:8443/media/b/a.exr'],
    [
      'below a wildcard',
      'https://a.b.cdn.example.com/public/a.exr',
      'https://a.b.cdn.example.com/public/a.exr',
    ],
    ['by its host in capitals', 'https://PHOTOS.example.com/a.exr', 'https://photos.example.com/a.exr'],
    [
      'with the port that its scheme has',
      'https://photos.example.com:443/a.exr',
      'https://photos.example.com/a.exr',
    ],
    ['without a fragment', encoded('https://photos.example.com/a.exr#b'), 'https://photos.example.com/a.exr'],
    [
      'with a slash in a file name',
      'https://photos.example.com/o/a%2Fb.exr',
      'https://photos.example.com/o/a%2Fb.exr',
    ],
  ])('%s', (_, path, href) => {
    expect(resolve(path)).toBe(href);
  });

  test.each([
    ['another host', 'https://evil.example/a.exr'],
    ['a host that ends alike', 'https://evilphotos.example.com/a.exr'],
    ['a host that begins alike', 'https://photos.example.com.evil.example/a.exr'],
    ['a dot at its end', 'https://photos.example.com./a.exr'],
    ['another scheme', 'http://photos.example.com/a.exr'],
    ['another port', 'https://photos.example.com:8080/a.exr'],
    ['the port of a named prefix left out', 'https://shop.example.com/media/a.exr'],
    ['another folder', 'https://a.cdn.example.com/private/a.exr'],
    ['a folder that begins alike', 'https://a.cdn.example.com/publicity/a.exr'],
    ['out of the folder', encoded('https://a.cdn.example.com/public/../private/a.exr')],
    ['the domain of a wildcard itself', 'https://cdn.example.com/public/a.exr'],
    ['full-width letters of another host', encoded('https://ｅvil.example/a.exr')],
  ])('%s: refused', (_, path) => {
    expect(codeOf(() => resolve(path))).toBe('source_not_allowed');
  });

  test.each([
    ['nothing', ''],
    ['no URL', 'photos.example.com/a.exr'],
    ['a prefix that nobody named', 'attic/a.exr'],
    ['another scheme', 'ftp://photos.example.com/a.exr'],
    ['a file', encoded('file:///etc/passwd')],
    ['malformed escapes', 'https%3A%2F%2Fphotos.example.com%2F%zz'],
    ['no host', 'https://'],
    ['credentials', encoded('https://user:secret@photos.example.com/a.exr')],
    ['a user', 'https://user@photos.example.com/a.exr'],
    ['a hidden way up', 'https://a.cdn.example.com/public/..%2Fprivate/a.exr'],
    ['a backslash up', 'https://a.cdn.example.com/public/..%5Cprivate/a.exr'],
    ['a doubly hidden way up', 'https://a.cdn.example.com/public/%252e%252e%252fprivate/a.exr'],
    ['a hidden way up from a named prefix', 'shop/..%2f..%2fadmin'],
    ['more than a request line', `https://photos.example.com/${'a'.repeat(5000)}`],
  ])('%s: invalid', (_, path) => {
    expect(codeOf(() => resolve(path))).toBe('invalid_source');
  });

  test('where nothing is allowed, nothing is', () => {
    expect(parseRemoteSources(undefined)).toEqual([]);
    expect(codeOf(() => resolveSource('https://photos.example.com/a.exr', []))).toBe('source_not_allowed');
  });

  test('whatever comes: an allowed URL or a problem', () => {
    const piece = fc.constantFrom(
      ...[
        'https',
        'http',
        ':',
        '/',
        '//',
        '%2F',
        '%3A',
        '@',
        '#',
        '?',
        '\\',
        '..',
        '.',
        '%',
        'a',
        '\t',
        '[::1]',
      ],
      ...['photos.example.com', 'shop', 'evil.example', '127.1', 'x.cdn.example.com/public', '\u0000', '。'],
    );
    const origins = ['https://photos.example.com', 'https://shop.example.com:8443', 'http://old.example.com'];
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          const { origin } = resolveSource(pieces.join(''), sources);
          expect(
            origins.includes(origin) || /^https:\/\/[^/:@]+\.cdn\.example\.com$/.test(origin),
            origin,
          ).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ProblemError);
          expect((error as ProblemError).status).toBeLessThan(500);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('an address that is not public is refused in any spelling', () => {
  // As if everything was allowed: what matches any host is not in the language, so the hosts are listed.
  test.each([
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001', '0', '0x0'],
    ...['10.1.2.3', '0xa.0.0.1', '100.64.1.1', '169.254.169.254', '0xa9fea9fe', '2852039166', '224.0.0.1'],
    ...[
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[fe80::1]',
    ],
    ...[
      '[fd00::1]',
      '[2002:7f00:1::]',
      '[2001:0:7f00:1::]',
      '[ff02::1]',
      '１２７.０.０.１',
      '①②⑦.0.0.1',
      '%31%32%37.0.0.1',
    ],
    ...['localhost', 'intranet', 'a.localhost', 'printer.local', 'router.home.arpa', 'db.internal'],
  ])('%s', (host) => {
    expect(() => parseRemoteSources(`https://${host}/`)).toThrow(ConfigurationError);
    const everywhere = [{ protocol: 'https:', host: '', wildcard: true, port: '', path: '/' }];
    const code = codeOf(() => resolveSource(encoded(`https://${host}/a.exr`), everywhere));
    expect(code).toBe('source_not_allowed');
    const from = new URL('https://photos.example.com/');
    expect(codeOf(() => resolveRedirect(from, `https://${host}/a.exr`, everywhere))).toBe(
      'source_not_allowed',
    );
  });
});

describe('a redirect', () => {
  const from = new URL('https://photos.example.com/a/b.exr');
  const to = (location: string): string => resolveRedirect(from, location, sources).href;

  test('leads to where the source itself could be', () => {
    expect(to('c.exr')).toBe('https://photos.example.com/a/c.exr');
    expect(to('/c.exr?v=3#x')).toBe('https://photos.example.com/c.exr?v=3');
    expect(to('//x.cdn.example.com/public/c.exr')).toBe('https://x.cdn.example.com/public/c.exr');
  });

  test.each([
    'https://evil.example/a.exr',
    '//evil.example/a.exr',
    'http://photos.example.com/a.exr',
    'http://old.example.com/a.exr',
    'http://127.0.0.1/',
    'https://[::1]/',
    'javascript:alert(1)',
    'data:image/png,x',
    'file:///etc/passwd',
  ])('not to %s', (location) => {
    expect(codeOf(() => to(location))).toBe('source_not_allowed');
  });

  test.each(['https://', 'https://user:pass@photos.example.com/a.exr'])(
    'nor to what is no address: %s',
    (location) => {
      expect(codeOf(() => to(location))).toBe('invalid_source');
    },
  );
});

describe('REMOTE_SOURCES', () => {
  test.each([
    'photos.example.com',
    'https://photos.example.com/public',
    'https://photos.example.com/?a=1',
    'https://user@photos.example.com/',
    'ftp://photos.example.com/',
    'https://*/',
    'https://a.*.example.com/',
    'https://*.local/',
    'https://*.com./',
    'shop=https://*.example.com/',
    'a_b=https://photos.example.com/',
  ])('is refused with %s in it', (text) => {
    expect(() => parseRemoteSources(text)).toThrow(ConfigurationError);
  });
});
