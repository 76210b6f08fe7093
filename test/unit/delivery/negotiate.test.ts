import { describe, expect, test } from 'vitest';
import { negotiate } from '../../../src/delivery/negotiate.ts';
import type { Decision } from '../../../src/delivery/negotiate.ts';
import { parseParameters } from '../../../src/delivery/parameters.ts';

const LAYERED = { Accept: 'image/vnd.afterglow,image/jpeg;q=0.8' };

function decide(query: string, request: Record<string, string> = {}): Decision {
  const headers = new Headers(request);
  return negotiate(parseParameters(new URLSearchParams(query)), (name) => headers.get(name));
}

describe('hdr in the URL decides', () => {
  test.each([
    ['hdr=0', '0'],
    ['hdr=1', '1'],
    ['hdr=gainmap', 'gainmap'],
  ])('%s, whatever the headers say', (query, hdr) => {
    for (const headers of [{}, LAYERED, { ...LAYERED, 'Save-Data': 'on' }, { Accept: 'text/html' }]) {
      expect(decide(query, headers)).toMatchObject({ hdr, reason: 'url' });
    }
  });

  test('Save-Data takes no layers away from hdr=1', () => {
    expect(decide('hdr=1&layers=3', { 'Save-Data': 'on', ECT: '2g', Downlink: '0.1' })).toMatchObject({
      hdr: '1',
      layers: 3,
    });
  });

  test('no layer at all is the plain JPEG', () => {
    expect(decide('hdr=1&layers=0').hdr).toBe('0');
    expect(decide('layers=0', LAYERED)).toMatchObject({ hdr: '0', reason: 'url' });
  });

  test('a file of another format is decided by the URL alone, whatever else is said', () => {
    for (const query of ['format=avif', 'format=avif&hdr=0', 'f=avif&layers=2']) {
      const { hdr, format, layers, reason, vary } = decide(query);
      expect({ hdr, format, layers, reason }).toEqual({ hdr: '0', format: 'avif', reason: 'url' });
      expect(vary).not.toContain('Accept');
    }
    for (const query of ['format=jpeg', 'format=jpg', '']) expect(decide(query)).not.toHaveProperty('format');
  });

  test('layers mean nothing to a plain JPEG or a gain map', () => {
    expect(decide('hdr=0&layers=3')).not.toHaveProperty('layers');
    expect(decide('hdr=gainmap&layers=3')).not.toHaveProperty('layers');
  });
});

describe('Accept decides where the URL does not', () => {
  test.each([
    'image/vnd.afterglow,image/jpeg;q=0.8',
    'image/vnd.afterglow',
    'image/vnd.afterglow, image/jpeg',
    'image/vnd.afterglow;q=0.5, image/*;q=0.5',
    'image/vnd.afterglow;q=0.001, text/html',
    'image/vnd.afterglow, */*;q=0.1',
    'image/vnd.afterglow;q=0.6, */*;q=0.9, image/jpeg;q=0.3',
  ])('%s gets layers', (Accept) => {
    expect(decide('', { Accept })).toMatchObject({ hdr: '1', reason: 'accept' });
  });

  test.each([
    '*/*',
    'image/*',
    'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8',
    'image/vnd.afterglow;q=0',
    'image/vnd.afterglow;q=0, image/jpeg;q=0',
    'image/vnd.afterglow;q=0.5, image/jpeg',
    'image/vnd.afterglow;q=0.5, */*',
    'image/vnd.afterglow;q=0.5, image/*;q=0.6',
    'image/vnd.afterglow;q=2',
    'text/html',
    'nonsense',
    '',
  ])('"%s" gets a plain JPEG', (Accept) => {
    expect(decide('', { Accept })).toMatchObject({ hdr: '0', reason: 'default' });
  });

  test('no Accept gets a plain JPEG', () => {
    expect(decide('').hdr).toBe('0');
  });
});

describe('the network may lower an automatic choice', () => {
  test.each([
    [{ ECT: '3g' }, { bitsPerSecond: 700_000, milliseconds: 300 }],
    [{ Downlink: '1.7' }, { bitsPerSecond: 1_500_000, milliseconds: 0 }],
    [
      { ECT: '4g', Downlink: '2.5', RTT: '150' },
      { bitsPerSecond: 2_000_000, milliseconds: 200 },
    ],
    [
      { ECT: '3g', Downlink: '0.2' },
      { bitsPerSecond: 150_000, milliseconds: 300 },
    ],
    [{ RTT: '50' }, { bitsPerSecond: Infinity, milliseconds: 100 }],
    [{ Downlink: '0' }, { bitsPerSecond: 0, milliseconds: 0 }],
    [{ Downlink: '10' }, undefined],
    [{ 'Save-Data': 'off', ECT: '5g', Downlink: 'fast', RTT: '-' }, undefined],
    [{ ECT: '__proto__' }, undefined],
    [{ Downlink: '-1' }, undefined],
    [{ Downlink: '1, 2' }, undefined],
  ])('%o', (hints: Record<string, string>, network) => {
    expect(decide('', { ...LAYERED, ...hints })).toMatchObject({ hdr: '1', reason: 'accept' });
    expect(decide('', { ...LAYERED, ...hints }).network).toEqual(network);
  });

  test.each(['on', 'ON', 'on;foo', ' on', 'off, on'])('Save-Data: %s is a plain JPEG', (value) => {
    expect(decide('', { ...LAYERED, 'Save-Data': value })).toMatchObject({ hdr: '0', reason: 'network' });
  });

  test('never that of hdr=1, and it never adds layers', () => {
    expect(decide('hdr=1', { ECT: '2g', Downlink: '0.1' })).not.toHaveProperty('network');
    expect(decide('', { Downlink: '8', ECT: '4g' }).hdr).toBe('0');
  });
});

describe('the width', () => {
  test.each([
    [{ 'Sec-CH-Width': '601' }, 640],
    [{ 'Sec-CH-Width': '640' }, 640],
    [{ 'Sec-CH-Width': '1' }, 320],
    [{ 'Sec-CH-Width': '99999' }, 7680],
    [{ 'Sec-CH-Viewport-Width': '400', 'Sec-CH-DPR': '2' }, 960],
    [{ 'Sec-CH-Viewport-Width': '400' }, 480],
    [{ 'Sec-CH-Width': '300', 'Sec-CH-Viewport-Width': '4000' }, 320],
    [{ 'Sec-CH-DPR': '3' }, undefined],
    [{ 'Sec-CH-Width': '0' }, undefined],
    [{ 'Sec-CH-Width': '-5' }, undefined],
    [{ 'Sec-CH-Width': '640px' }, undefined],
    [{ 'Sec-CH-Width': '500;q=1' }, 640],
    [{ 'Sec-CH-Width': '500, 900' }, undefined],
  ] as const)('%o is bucketed to %s', (hints, w) => {
    expect(decide('', hints).variant.w).toBe(w);
  });

  test('w= in the URL is taken as it is', () => {
    expect(decide('w=601', { 'Sec-CH-Width': '1200' }).variant).toEqual({ w: 601 });
    expect(decide('h=601', { 'Sec-CH-Width': '1200' }).variant).toEqual({ h: 601 });
  });

  test('dpr= goes before the hinted one', () => {
    const hints = { 'Sec-CH-Viewport-Width': '400', 'Sec-CH-DPR': '3' };
    expect(decide('dpr=1.5', hints).variant).toEqual({ w: 640 });
    expect(decide('dpr=1.5', hints).vary).not.toContain('Sec-CH-DPR');
  });

  test('a ladder of the operator is the only one', () => {
    const widths = ['1', '400', '401', '9000'].map(
      (w) => negotiate({}, (name) => (name === 'Sec-CH-Width' ? w : null), [400, 800]).variant.w,
    );
    expect(widths).toEqual([400, 400, 800, 800]);
  });
});

describe('RFC 9110 §12.5.5, Vary', () => {
  const hints = ['Sec-CH-Width', 'Sec-CH-DPR', 'Sec-CH-Viewport-Width'];
  const all = ['Accept', 'Save-Data', 'ECT', 'Downlink', 'RTT', ...hints];

  test('every header that could have mattered, present or not', () => {
    expect(decide('').vary).toEqual(all);
    expect(decide('', LAYERED).vary).toEqual(all);
    expect(decide('layers=2').vary).toEqual(all);
  });

  test('none where the URL decides', () => {
    expect(decide('hdr=1&w=640').vary).toEqual([]);
    expect(decide('hdr=0', LAYERED).vary).toEqual(hints);
    expect(decide('w=640').vary).toEqual(['Accept', 'Save-Data', 'ECT', 'Downlink', 'RTT']);
    expect(decide('h=640').vary).not.toContain('Sec-CH-Width');
    expect(decide('layers=0&w=640').vary).toEqual([]);
  });
});
