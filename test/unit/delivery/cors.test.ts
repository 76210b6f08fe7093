import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../src/delivery/configuration.ts';
import { corsHeaders, corsVary, parseAllowedOrigins, timingOrigins } from '../../../src/delivery/cors.ts';
import { parseResourcePolicy } from '../../../src/delivery/security-headers.ts';

const listed = parseAllowedOrigins('https://shop.example, https://*.example.com http://localhost:3000');
const allows = (origin: string | null): boolean =>
  corsHeaders(listed, origin)['Access-Control-Allow-Origin'] !== undefined;

describe('ALLOWED_ORIGINS', () => {
  test('is everybody when absent, or with a star in it', () => {
    for (const text of [undefined, '', '*', 'https://a.example,*'])
      expect(parseAllowedOrigins(text)).toBe('*');
    expect(corsHeaders('*', null)['Access-Control-Allow-Origin']).toBe('*');
    expect(corsVary('*')).toEqual([]);
  });

  test('lists origins; the answer names the one that asks, and varies', () => {
    expect(corsHeaders(listed, 'https://shop.example')['Access-Control-Allow-Origin']).toBe(
      'https://shop.example',
    );
    expect(corsVary(listed)).toEqual(['Origin']);
    expect(parseAllowedOrigins('HTTPS://Shop.Example')).toEqual(['https://shop.example']);
  });

  test.each([
    'https://shop.example',
    'https://a.example.com',
    'https://a.b.example.com',
    'http://localhost:3000',
  ])('lets %s in', (origin) => {
    expect(allows(origin)).toBe(true);
  });

  test.each([
    null,
    'null',
    'http://shop.example',
    'https://shop.example.evil.example',
    'https://evilshop.example',
    'https://example.com',
    'https://.example.com',
    'https://evil.example/.example.com',
    'https://evil.example#.example.com',
    'https://evil@a.example.com',
    'https://evil.example:443.example.com',
    'http://a.example.com',
    'https://a.example.com:8443',
    'http://localhost',
  ])('keeps %s out', (origin) => {
    expect(allows(origin)).toBe(false);
  });

  test.each([
    'shop.example',
    'https://shop.example/',
    'https://shop.example/a',
    'ftp://a.example',
    'https://*',
    'https://a.*.b',
  ])('is refused with %s in it', (text) => {
    expect(() => parseAllowedOrigins(text)).toThrow(ConfigurationError);
  });
});

test('who may read may see the timing, also without an Origin', () => {
  expect(timingOrigins('*', null)).toBe('*');
  expect(timingOrigins(listed, null)).toBe('https://shop.example, http://localhost:3000');
  expect(timingOrigins(listed, 'https://a.example.com')).toBe(
    'https://shop.example, http://localhost:3000, https://a.example.com',
  );
  expect(timingOrigins(listed, 'https://evil.example')).toBe(timingOrigins(listed, null));
});

test('RESOURCE_POLICY is one of three, cross-origin when absent', () => {
  expect(parseResourcePolicy(undefined)).toBe('cross-origin');
  for (const policy of ['cross-origin', 'same-site', 'same-origin'])
    expect(parseResourcePolicy(policy)).toBe(policy);
  expect(() => parseResourcePolicy('none')).toThrow(ConfigurationError);
});
