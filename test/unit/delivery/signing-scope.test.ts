import { expect, test } from 'vitest';
import { asksForRendering } from '../../../src/delivery/signing-scope.ts';

const asks = (query: string) => asksForRendering(new URLSearchParams(query));

test('what only cuts a rendition, or is no parameter, asks for no rendering', () => {
  for (const query of [
    '',
    'hdr=1',
    'hdr=1&layers=2',
    'format=jpeg',
    'f=jpeg',
    'download=a.jpg',
    'dl=',
    'utm_source=x',
    'expires=1&keyid=a',
  ])
    expect(asks(query), query).toBe(false);
});

test('what changes the picture does, by every name, whatever its value', () => {
  for (const query of [
    'w=640',
    'width=640',
    'q=80',
    'quality=80',
    'hdr=1&w=640',
    'crop=0,0,9,9',
    'blur=1',
    'preset=thumb',
    'p=thumb',
    'dpr=2',
    'w=',
    'format=avif',
    'f=exr',
    '%77=640',
  ])
    expect(asks(query), query).toBe(true);
});
