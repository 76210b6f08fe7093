import { describe, expect, it } from 'vitest';
import { isEligible } from '../../../src/browser/service-worker/eligible.ts';

const prefixes = ['https://cdn.example.com/images/', 'https://example.com/photos/'];
const request = (url: string, more: object = {}) => ({
  url,
  method: 'GET',
  destination: 'image',
  headers: new Headers(),
  ...more,
});

describe('the service worker asks for layers', () => {
  it.each([
    'https://cdn.example.com/images/a.exr',
    'https://example.com/photos/a/b.jpg?w=640',
    'https://cdn.example.com/images/a.exr?hdr=1',
    'https://cdn.example.com/images/a.exr?format=jpeg',
  ])('of %s', (url) => {
    expect(isEligible(request(url), prefixes)).toBe(true);
  });

  it.each([
    'https://cdn.example.com/other/a.exr',
    'https://example.com/images/a.exr',
    'https://cdn.example.com.evil.org/images/a.exr',
    'https://cdn.example.com/images/a.exr?hdr=0',
    'https://cdn.example.com/images/a.exr?hdr=gainmap',
    'https://cdn.example.com/images/a.exr?format=avif',
    'https://cdn.example.com/images/a.exr?f=png',
    'https://cdn.example.com/images/a.exr?hdr=1&hdr=0',
  ])('not of %s', (url) => {
    expect(isEligible(request(url), prefixes)).toBe(false);
  });

  it('not for scripts, uploads, parts of files', () => {
    const url = 'https://cdn.example.com/images/a.exr';
    expect(isEligible(request(url, { destination: '' }), prefixes)).toBe(false);
    expect(isEligible(request(url, { method: 'PUT' }), prefixes)).toBe(false);
    const headers = new Headers({ Range: 'bytes=0-99' });
    expect(isEligible(request(url, { headers }), prefixes)).toBe(false);
  });
});
