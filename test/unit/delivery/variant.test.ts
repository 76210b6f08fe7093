import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../src/delivery/problem.ts';
import {
  gravityPoint,
  OPERATIONS,
  outputSize,
  parseVariant,
  settleVariant,
  variantKey,
  variantQuery,
} from '../../../src/delivery/variant.ts';
import type { Size, Variant } from '../../../src/delivery/variant.ts';

const read = (query: string): Variant => parseVariant(new URLSearchParams(query));
const keyOf = (query: string): string => variantKey(read(query));
const codeOf = (action: () => unknown): string | undefined => {
  try {
    action();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemError);
    return (error as ProblemError).code;
  }
};

const side = fc.integer({ min: 1, max: 400 });
const size = fc.record({ width: side, height: side });
const query = fc
  .record(
    {
      w: side,
      h: side,
      dpr: fc.constantFrom('0.5', '1', '1.50', '2'),
      fit: fc.constantFrom('contain', 'cover', 'scale-down', 'crop', 'pad'),
      gravity: fc.constantFrom('center', 'north', 'southwest', '0.5,0.5', '0.25,1', '0.1,0.90'),
      crop: fc.tuple(side, side, side, side).map((numbers) => numbers.join(',')),
      rotate: fc.constantFrom(0, 90, 180, 270),
      flip: fc.constantFrom('h', 'v', 'hv'),
      blur: fc.constantFrom('0.3', '1.0', '100'),
      sharpen: fc.constantFrom('0.5', '10'),
      bg: fc.constantFrom('000', '000000', 'FFF', 'a1b2c3'),
      ev: fc.constantFrom('0', '-0', '-8', '7.9', '1.0'),
      tmo: fc.constantFrom('mai', 'reinhard'),
      q: fc.integer({ min: 1, max: 100 }),
    },
    { requiredKeys: [] },
  )
  .map((record) => new URLSearchParams(Object.entries(record).map(([k, v]) => [k, String(v)])));

describe('the key of a variant', () => {
  test('is canonical', () => {
    expect(variantKey({})).toBe('original');
    expect(keyOf('w=640&quality=80')).toBe('q-80_w-640');
    expect(keyOf('fit=pad&bg=FFF&w=10&h=20&gravity=0.5,0&ev=-1.5')).toBe(
      'bg-ffffff_ev--1.5_fit-pad_gravity-north_h-20_w-10',
    );
  });

  test.each([
    ['w=320&dpr=2', 'w=640'],
    ['width=640&h=480', 'h=480&w=640'],
    ['w=640&fit=cover', 'w=640'],
    ['w=640&h=480&fit=scale-down&gravity=north', 'w=640&h=480'],
    ['w=640&h=480&fit=cover&gravity=0.5,0', 'w=640&h=480&fit=cover&gravity=north'],
    ['w=640&h=480&fit=cover&bg=fff', 'w=640&h=480&fit=cover'],
    ['w=640&h=480&fit=pad&bg=000', 'w=640&h=480&fit=pad'],
    ['rotate=0&ev=0&tmo=mai&gravity=center', ''],
    ['rotate=180&flip=hv', ''],
    ['flip=v', 'rotate=180&flip=h'],
    ['rotate=90&flip=hv', 'rotate=270'],
    ['dpr=2', ''],
  ])('%s is %s', (one, other) => {
    expect(keyOf(one)).toBe(keyOf(other));
  });

  test('differs where the pixels do', () => {
    const queries = [
      '',
      'w=1',
      'h=1',
      'rotate=90',
      'rotate=90&flip=h',
      'flip=h',
      'flip=v',
      'ev=0.1',
      'ev=-0.1',
    ];
    expect(new Set(queries.map(keyOf)).size).toBe(queries.length);
  });

  test('has few characters, may stand in an object’s name, and reads back as the same variant', () => {
    fc.assert(
      fc.property(query, (asked) => {
        const variant = parseVariant(asked);
        expect(variantKey(variant)).toMatch(/^[a-z0-9.,_-]{1,200}$/);
        expect(parseVariant(variantQuery(variant))).toEqual(variant);
        expect([...variantQuery(variant).keys()]).toEqual([...variantQuery(variant).keys()].sort());
      }),
    );
    expect([...OPERATIONS]).toEqual([...OPERATIONS].sort());
  });

  test('leaves to others what is no operation', () => {
    expect(read('layers=3&model=x&hdr=1&utm=1')).toEqual({});
  });

  test('a side that dpr makes too long is refused', () => {
    expect(codeOf(() => read('w=16384&dpr=2'))).toBe('invalid_parameter');
    expect(read('w=1&dpr=0.1')).toEqual({ w: 1 });
  });
});

describe('gravity', () => {
  test.each([
    [undefined, { x: 0.5, y: 0.5 }],
    ['center', { x: 0.5, y: 0.5 }],
    ['north', { x: 0.5, y: 0 }],
    ['southeast', { x: 1, y: 1 }],
    ['west', { x: 0, y: 0.5 }],
    ['0.25,1', { x: 0.25, y: 1 }],
  ] as const)('%s', (gravity, point) => {
    expect(gravityPoint(gravity)).toEqual(point);
  });
});

describe('the size of the result', () => {
  const master = { width: 400, height: 300 };
  test.each([
    ['', 400, 300],
    ['w=200', 200, 150],
    ['h=100', 133, 100],
    ['w=200&h=200', 200, 150],
    ['w=4000', 400, 300],
    ['w=1', 1, 1],
    ['w=200&h=200&fit=cover', 200, 200],
    ['w=800&h=800&fit=cover', 300, 300],
    ['w=500&h=100&fit=cover', 400, 80],
    ['w=500&h=100&fit=crop', 400, 100],
    ['w=800&h=800&fit=crop', 400, 300],
    ['w=800&h=800&fit=pad', 800, 800],
    ['w=800&fit=pad', 400, 300],
    ['crop=100,100,100,50', 100, 50],
    ['crop=390,290,100,100', 10, 10],
    ['rotate=90', 300, 400],
    ['rotate=90&w=150', 150, 200],
    ['crop=0,0,200,100&rotate=270&h=100', 50, 100],
    ['blur=5&ev=2&flip=v', 400, 300],
  ])('of %s is %d × %d', (asked, width, height) => {
    expect(outputSize(read(asked), master)).toEqual({ width, height });
  });

  test('nothing of the picture in the crop is refused', () => {
    expect(codeOf(() => outputSize(read('crop=400,0,10,10'), master))).toBe('crop_outside');
    expect(codeOf(() => outputSize(read('crop=0,300,10,10'), master))).toBe('crop_outside');
  });

  test('is that of libvips, to the pixel', async () => {
    const cases = fc.sample(fc.tuple(size, side, side), { numRuns: 60, seed: 4 });
    for (const [{ width, height }, w, h] of cases) {
      const pixels = { create: { width, height, channels: 3, background: 'red' } } as const;
      for (const [variant, options] of [
        [{ w }, { width: w }],
        [{ h }, { height: h }],
        [
          { w, h },
          { width: w, height: h, fit: 'inside' },
        ],
        [
          { w, h, fit: 'crop' },
          { width: w, height: h, fit: 'cover' },
        ],
      ] as const) {
        const source = await sharp(pixels).png().toBuffer();
        const { info } = await sharp(source)
          .resize({ ...options, withoutEnlargement: true })
          .raw()
          .toBuffer({ resolveWithObject: true });
        const ours = outputSize(variant, { width, height });
        expect([variant, ours]).toEqual([variant, { width: info.width, height: info.height }]);
      }
    }
  });
});

describe('a variant of a master of known size', () => {
  const inside = (asked: URLSearchParams, master: Size): Variant | undefined => {
    try {
      return settleVariant(parseVariant(asked), master);
    } catch (error) {
      expect(error).toMatchObject({ status: 400 });
      return undefined;
    }
  };

  test('keeps its size, is settled once and for all, and is never larger than the master but for a canvas', () => {
    fc.assert(
      fc.property(query, size, (asked, master) => {
        const settled = inside(asked, master);
        if (settled === undefined) return;
        const result = outputSize(settled, master);
        expect(result).toEqual(outputSize(parseVariant(asked), master));
        expect(settleVariant(settled, master)).toEqual(settled);
        expect(parseVariant(variantQuery(settled))).toEqual(settled);
        if (settled.fit !== 'pad') {
          const longest = Math.max(master.width, master.height);
          expect(Math.max(result.width, result.height)).toBeLessThanOrEqual(longest);
        }
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['w=400', ''],
    ['w=9999', ''],
    ['w=9999&h=9999', ''],
    ['w=9999&h=9999&fit=crop', ''],
    ['crop=0,0,400,300', ''],
    ['crop=0,0,999,999&w=200', 'w=200'],
    ['h=150', 'w=200'],
    ['w=200&h=9999', 'w=200'],
    ['w=200&h=150&fit=cover&gravity=north', 'w=200'],
    ['w=800&h=800&fit=cover', 'w=300&h=300&fit=cover'],
    ['w=500&h=100&fit=crop', 'w=400&h=100&fit=cover'],
    ['w=200&h=150&fit=pad&bg=fff', 'w=200'],
  ])('%s is %s of 400 × 300', (one, other) => {
    expect(variantKey(settleVariant(read(one), { width: 400, height: 300 }))).toBe(keyOf(other));
  });
});
