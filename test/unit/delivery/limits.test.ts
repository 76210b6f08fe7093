import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cacheKey } from '../../../src/delivery/cache-key.ts';
import {
  layersWithin,
  NETWORK_HINTS,
  WIDTH_HINTS,
  WIDTH_LADDER,
} from '../../../src/delivery/client-hints.ts';
import { ConfigurationError } from '../../../src/delivery/configuration.ts';
import { cutLayers, parseBudget } from '../../../src/delivery/cut-layers.ts';
import { limitVariant, parseLimits } from '../../../src/delivery/limits.ts';
import { negotiate } from '../../../src/delivery/negotiate.ts';
import { parseParameters } from '../../../src/delivery/parameters.ts';
import { parsePresets, withPreset } from '../../../src/delivery/presets.ts';
import { ProblemError } from '../../../src/delivery/problem.ts';
import { outputSize, parseVariant, variantKey } from '../../../src/delivery/variant.ts';

const MASTER = { width: 4000, height: 3000 };
const limited = (query: string, megapixels?: string, ladder?: string): string =>
  variantKey(limitVariant(parseVariant(new URLSearchParams(query)), MASTER, parseLimits(megapixels, ladder)));

describe('megapixels', () => {
  test('beyond the limit are refused, but the picture itself is not', () => {
    expect(() => limited('q=80', '10')).toThrow(ProblemError);
    expect(limited('', '10')).toBe('original');
    expect(limited('w=9999', '10')).toBe('original');
    expect(limited('q=80&w=2000', '10')).toBe('q-80_w-2000');
    expect(() => limited('w=16384&h=16384&fit=pad')).toThrow(/16384 × 16384/);
  });

  test.each(['0', '-1', 'many', 'Infinity'])('%s is no limit', (text) => {
    expect(() => parseLimits(text, undefined)).toThrow(ConfigurationError);
  });
});

describe('a ladder of widths', () => {
  const LADDER = '1600, 400 800';
  test.each([
    ['w=1', 'w-400'],
    ['w=401', 'w-800'],
    ['w=800', 'w-800'],
    ['w=3000', 'w-1600'],
    ['h=300', 'w-400'],
    ['w=500&h=500&fit=cover', 'fit-cover_h-800_w-800'],
    ['w=200&h=100&fit=pad', 'fit-pad_h-200_w-400'],
    ['', 'original'],
    ['q=70', 'q-70'],
    ['w=300&crop=0,0,500,500', 'crop-0,0,500,500_w-400'],
    ['w=450&crop=0,0,500,500', 'crop-0,0,500,500'],
  ])('%s is %s', (query, key) => {
    expect(limited(query, undefined, LADDER)).toBe(key);
  });

  test.each(['0', '1.5', 'wide', '20000'])('%s is no width', (text) => {
    expect(() => parseLimits(undefined, text)).toThrow(ConfigurationError);
  });
});

describe('the time budget', () => {
  const bytes = [50_000, 100_000, 150_000, 200_000];
  test.each([
    [1.6e6, 0, 3],
    [1.2e6, 0, 2],
    [1.199e6, 0, 1],
    [0.4e6, 0, 0],
    [0.01e6, 0, 0],
    [1.6e6, 500, 1],
    [1.6e6, 1000, 0],
    [1.6e6, 3000, 0],
    [Infinity, 900, 3],
    [Infinity, 1000, 0],
    [0, 0, 0],
  ])('at %d bit/s after %d ms carries %d layers', (bitsPerSecond, milliseconds, layers) => {
    expect(layersWithin({ bitsPerSecond, milliseconds }, 1000, bytes)).toBe(layers);
  });

  test('every choice stays within it, and one more layer would not', () => {
    const rate = fc.double({ min: 1e4, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(rate, fc.nat(2000), fc.integer({ min: 1, max: 5000 }), (bitsPerSecond, rtt, budget) => {
        const k = layersWithin({ bitsPerSecond, milliseconds: rtt }, budget, bytes);
        const time = (layers: number): number => rtt + ((bytes[layers] ?? Infinity) * 8000) / bitsPerSecond;
        if (k > 0) expect(time(k)).toBeLessThanOrEqual(budget + 1e-6);
        expect(time(k + 1)).toBeGreaterThan(budget - 1e-6);
      }),
    );
  });

  test('is the bound of layers= and the other way round', () => {
    const network = { bitsPerSecond: 1.2e6, milliseconds: 0 };
    const base = { hdr: '1', variant: {}, reason: 'accept', vary: [] } as const;
    expect(cutLayers({ ...base, network }, 1000, bytes)).toEqual({ ...base, layers: 2, reason: 'network' });
    expect(cutLayers({ ...base, network, layers: 1 }, 1000, bytes)).toEqual({ ...base, layers: 1 });
    expect(cutLayers({ ...base, network, layers: 9 }, 2000, bytes)).toEqual({ ...base, layers: 9 });
    expect(cutLayers({ ...base, network }, 100, bytes)).toEqual({ ...base, hdr: '0', reason: 'network' });
    expect(cutLayers({ ...base, network }, 2000, bytes)).toEqual(base);
    expect(cutLayers({ ...base, network }, 1, [50_000])).toEqual(base);
    expect(cutLayers({ ...base, layers: 2 }, 1, bytes)).toEqual({ ...base, layers: 2 });
  });

  test('is configured in milliseconds', () => {
    expect(parseBudget(undefined)).toBe(1000);
    expect(parseBudget('250')).toBe(250);
    for (const text of ['0', '-1', '1.5', 'soon'])
      expect(() => parseBudget(text)).toThrow(ConfigurationError);
  });
});

describe('presets', () => {
  const presets = (text: string, only?: string) => parsePresets(text, only);
  const asked = (query: string, text: string, only?: string) =>
    withPreset(parseParameters(new URLSearchParams(query)), presets(text, only));
  const CARD = '{"card": "w=480&height=320&fit=cover", "default": "q=70"}';

  test('fill in what the URL leaves open', () => {
    expect(asked('preset=card&w=100', CARD)).toEqual({ preset: 'card', w: 100, h: 320, fit: 'cover', q: 70 });
    expect(asked('', CARD)).toEqual({ q: 70 });
  });

  test('that there are not are refused', () => {
    expect(() => asked('preset=x', CARD)).toThrow(expect.objectContaining({ code: 'unknown_preset' }));
    expect(() => asked('preset=constructor', CARD)).toThrow(
      expect.objectContaining({ code: 'unknown_preset' }),
    );
  });

  test('alone may render where the operator wants it so', () => {
    expect(asked('preset=card&hdr=1&layers=2&download=', CARD, 'true')).toMatchObject({ w: 480, layers: 2 });
    for (const query of ['w=1', 'preset=card&dpr=2', 'q=1', 'ev=1', 'format=avif']) {
      expect(() => asked(query, CARD, 'true')).toThrow(expect.objectContaining({ code: 'preset_required' }));
    }
  });

  test.each([
    '[]',
    'null',
    '{',
    '{"a b": "w=1"}',
    '{"a": 1}',
    '{"a": "w=0"}',
    '{"a": "wdith=1"}',
    '{"a": "w=1&w=2"}',
    '{"a": "preset=b"}',
    '{"a": "w=16384&dpr=2"}',
  ])('%s is an error that names PRESETS', (text) => {
    expect(() => presets(text)).toThrow(expect.objectContaining({ variable: 'PRESETS' }));
    expect(() => presets('{}', 'yes')).toThrow(expect.objectContaining({ variable: 'PRESETS_ONLY' }));
  });
});

describe('the number of keys of one picture', () => {
  const BYTES = [40_000, 70_000, 110_000, 150_000, 250_000];
  const value = fc.oneof(
    fc.integer({ min: 0, max: 20_000 }).map(String),
    fc.double({ min: 0, max: 12, noNaN: true }).map((v) => v.toFixed(2)),
    fc.constantFrom('2g', 'slow-2g', '3g', '4g', 'on', 'nonsense'),
  );
  const headers = fc
    .record(Object.fromEntries([...NETWORK_HINTS, ...WIDTH_HINTS].map((name) => [name, value])), {
      requiredKeys: [],
    })
    .chain((hints) => fc.boolean().map((hdr) => (hdr ? { ...hints, Accept: 'image/vnd.afterglow' } : hints)));

  /** Every key that many requests with these queries get. */
  function keys(queries: fc.Arbitrary<string>, presets: string, only: string, ladder?: string): Set<string> {
    const { named, only: alone } = parsePresets(presets, only);
    const limits = parseLimits(undefined, ladder);
    const found = new Set<string>();
    fc.assert(
      fc.property(queries, headers, (query, hints: Record<string, string | undefined>) => {
        const given = withPreset(parseParameters(new URLSearchParams(query)), { named, only: alone });
        const decision = negotiate(given, (name) => hints[name] ?? null, limits.ladder);
        const variant = limitVariant(decision.variant, MASTER, limits);
        found.add(cacheKey('g', cutLayers({ ...decision, variant }, 1000, BYTES)));
      }),
      { numRuns: 20_000, seed: 7 },
    );
    return found;
  }
  /** Plain, and one to four layers, of which all four are called by another name. */
  const CUTS = 1 + 4;

  test('is bounded by the ladder where the headers decide', () => {
    const found = keys(fc.constantFrom('', 'utm_source=a', 'cb=1'), '', '');
    const widths = WIDTH_LADDER.filter((w) => w < MASTER.width).length + 1;
    expect(found.size).toBeGreaterThan(widths);
    expect(found.size).toBeLessThanOrEqual(widths * CUTS);
  });

  test('is bounded by the presets where there are presets only', () => {
    const presets = '{"a": "w=200", "b": "w=300&h=300&fit=cover", "c": "h=500&ev=1"}';
    const found = keys(fc.constantFrom('preset=a', 'preset=b', 'p=c'), presets, 'true');
    expect(found.size).toBeLessThanOrEqual(3 * CUTS);
  });

  test('is bounded by the ladder where URLs ask for any width or height', () => {
    const queries = fc
      .tuple(fc.constantFrom('w', 'h', 'width'), fc.integer({ min: 1, max: 16_384 }))
      .map(([name, length]) => `${name}=${length}`);
    const found = keys(queries, '', '', '320,640,1280,2560');
    expect(found.size).toBeGreaterThan(4);
    expect(found.size).toBeLessThanOrEqual((4 + 1) * CUTS);
  });

  test('every width of the ladder is the width of a result', () => {
    const { ladder } = parseLimits(undefined, '320,640');
    const variant = limitVariant({ h: 100 }, MASTER, { pixels: 1e8, ladder: ladder! });
    expect(outputSize(variant, MASTER).width).toBe(320);
  });
});
