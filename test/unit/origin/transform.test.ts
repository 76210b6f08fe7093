import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { srgbDecode } from '../../../src/codec/srgb.ts';
import { outputSize, parseVariant, type Variant } from '../../../src/delivery/variant.ts';
import { scaled, transform, type ScaledPicture } from '../../../src/origin/transform/index.ts';

function picture(
  width: number,
  height: number,
  value: (x: number, y: number, c: number) => number,
  nitsPerUnit = 100,
): ScaledPicture {
  const data = Float32Array.from({ length: width * height * 3 }, (_, i) =>
    value(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3),
  );
  return { width, height, data, primaries: 'bt709', nitsPerUnit };
}

const sizeOf = ({ width, height }: ScaledPicture) => [width, height];
const variant = (query: string): Variant => parseVariant(new URLSearchParams(query));
/** The first channel, row by row. */
const rows = ({ data, width, height }: ScaledPicture): number[][] =>
  Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => data[(y * width + x) * 3]!),
  );
/** Of one channel, over the whole picture. */
function mean({ data }: ScaledPicture, channel = 0): number {
  let sum = 0;
  for (let i = channel; i < data.length; i += 3) sum += data[i]!;
  return (sum * 3) / data.length;
}
const numbered = picture(3, 2, (x, y) => 3 * y + x);
const noise = (seed: number) => (x: number, y: number, c: number) =>
  Math.abs(Math.imul(seed + x * 7919 + y * 104729 + c, 2654435761)) % 97 === 0 ? 60_000 : 1 + c;

describe('nothing is done to a picture', () => {
  test.each([
    '',
    'w=3',
    'w=500&h=900',
    'fit=cover',
    'crop=0,0,3,2',
    'crop=0,0,9999,9999',
    'rotate=0',
    'ev=0',
    'q=5',
  ])('by "%s"', (query) => {
    expect(transform(numbered, variant(query))).toBe(numbered);
  });
});

describe('crop', () => {
  test('cuts a rectangle out', () => {
    expect(rows(transform(numbered, variant('crop=1,0,2,2')))).toEqual([
      [1, 2],
      [4, 5],
    ]);
  });
  test('ends at the border', () => {
    expect(rows(transform(numbered, variant('crop=2,1,50,50')))).toEqual([[5]]);
  });
  test('refuses one that lies outside', () => {
    expect(() => transform(numbered, variant('crop=3,0,1,1'))).toThrow(
      expect.objectContaining({ status: 400, code: 'crop_outside' }),
    );
  });
});

describe('rotate and flip', () => {
  test.each<[Variant, number[][]]>([
    [
      { rotate: 90 },
      [
        [3, 0],
        [4, 1],
        [5, 2],
      ],
    ],
    [
      { rotate: 180 },
      [
        [5, 4, 3],
        [2, 1, 0],
      ],
    ],
    [
      { rotate: 270 },
      [
        [2, 5],
        [1, 4],
        [0, 3],
      ],
    ],
    [
      { flip: 'h' },
      [
        [2, 1, 0],
        [5, 4, 3],
      ],
    ],
    [
      { flip: 'v' },
      [
        [3, 4, 5],
        [0, 1, 2],
      ],
    ],
    [
      { flip: 'hv' },
      [
        [5, 4, 3],
        [2, 1, 0],
      ],
    ],
    [
      { rotate: 90, flip: 'h' },
      [
        [0, 3],
        [1, 4],
        [2, 5],
      ],
    ],
  ])('%j', (asked, wanted) => {
    expect(rows(transform(numbered, asked))).toEqual(wanted);
  });

  test('the canonical form of what a URL says gives the same picture', () => {
    for (const rotate of ['0', '90', '180', '270'])
      for (const flip of ['h', 'v', 'hv']) {
        const given = { ...(rotate === '0' ? {} : { rotate: Number(rotate) as 90 }), flip: flip as 'h' };
        expect(rows(transform(numbered, variant(`rotate=${rotate}&flip=${flip}`)))).toEqual(
          rows(transform(numbered, given)),
        );
      }
  });
});

describe('resize', () => {
  const side = fc.integer({ min: 1, max: 60 });
  const box = fc.record({
    w: fc.option(side, { nil: undefined }),
    h: fc.option(side, { nil: undefined }),
    fit: fc.constantFrom('contain', 'cover', 'scale-down', 'crop', 'pad'),
    gravity: fc.constantFrom('center', 'north', 'southeast', '0.2,0.9'),
  });

  test('has the size that was announced, and no light that was not there', () => {
    fc.assert(
      fc.property(side, side, box, fc.integer(), (width, height, { w, h, fit, gravity }, seed) => {
        const query = new URLSearchParams({ fit, gravity, bg: 'ffffff' });
        if (w !== undefined) query.set('w', String(w));
        if (h !== undefined) query.set('h', String(h));
        const source = picture(width, height, noise(seed), 203);
        const asked = parseVariant(query);
        const result = transform(source, asked);
        expect(sizeOf(result)).toEqual(Object.values(outputSize(asked, source)));
        expect(result.data.length).toBe(3 * result.width * result.height);
        for (const value of result.data) {
          expect(value).toBeGreaterThanOrEqual(0.9999);
          expect(value).toBeLessThanOrEqual(60_000);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('keeps an even light exactly, and a smooth one nearly', () => {
    const even = transform(
      picture(61, 47, () => 1234.5),
      { w: 13 },
    );
    for (const value of even.data) expect(value).toBeCloseTo(1234.5, 2);
    const ramp = transform(
      picture(100, 80, (x, y) => 10 + x + 2 * y),
      { w: 25 },
    );
    for (const [y, row] of rows(ramp).entries())
      for (const [x, value] of row.entries())
        if (x > 3 && x < 21 && y > 3 && y < 16)
          expect(value).toBeCloseTo(10 + (4 * x + 1.5) + 2 * (4 * y + 1.5), 1);
  });

  test('is in linear light: black and white dots become half the light, not half the code value', () => {
    const dots = picture(64, 64, (x, y) => ((x + y) % 2 === 0 ? 2 : 0));
    const { data } = transform(dots, { w: 16 });
    for (const value of data) expect(value).toBeCloseTo(1, 1);
  });

  test('leaves no ring around a sun', () => {
    const sky = picture(128, 128, (x, y) => (Math.hypot(x - 64, y - 64) < 6 ? 50_000 : 1));
    const small = transform(sky, { w: 48 });
    expect(Math.min(...small.data)).toBeGreaterThanOrEqual(1 - 1e-6);
    expect(Math.max(...small.data)).toBeLessThanOrEqual(50_000);
    expect(mean(small) / mean(sky)).toBeCloseTo(1, 1);
  });

  test.each([
    ['north', 0],
    ['center', 40],
    ['south', 80],
    ['0.5,0.25', 20],
  ])('cover keeps the part that gravity names: %s', (gravity, first) => {
    const bands = picture(40, 120, (_, y) => y);
    const result = transform(bands, variant(`w=40&h=40&fit=cover&gravity=${gravity}`));
    expect(rows(result).map((row) => row[0])).toEqual(Array.from({ length: 40 }, (_, y) => first + y));
  });

  test('crop cuts off what is larger than the box, and reduces no further than to fill it', () => {
    const wide = picture(100, 10, (x) => x);
    const result = transform(wide, variant('w=40&h=20&fit=crop&gravity=west'));
    expect(sizeOf(result)).toEqual([40, 10]);
    expect(rows(result)[0]).toEqual(Array.from({ length: 40 }, (_, x) => x));
  });
});

describe('pad', () => {
  test('lays the picture on a canvas in the light of an SDR colour', () => {
    const result = transform(
      picture(2, 1, () => 7, 50),
      variant('w=4&h=3&fit=pad&bg=ff8000'),
    );
    expect(sizeOf(result)).toEqual([4, 3]);
    const white = 203 / 50;
    const corner = [...result.data.subarray(0, 3)];
    [white, srgbDecode(128 / 255) * white, 0].forEach((light, c) => {
      expect(corner[c]).toBeCloseTo(light, 5);
    });
    expect(rows(result)[1]).toEqual([corner[0], 7, 7, corner[0]]);
  });

  test.each([
    ['northwest', 0, 0],
    ['southeast', 2, 2],
    ['0,0.5', 0, 1],
  ])('puts it where gravity says: %s', (gravity, left, top) => {
    const result = transform(
      picture(2, 1, () => 1),
      variant(`w=4&h=3&fit=pad&gravity=${gravity}`),
    );
    expect(rows(result).flatMap((row, y) => row.flatMap((v, x) => (v > 0 ? [[x, y]] : [])))).toEqual([
      [left, top],
      [left + 1, top],
    ]);
  });

  test('reduces a picture that is larger than its canvas', () => {
    const result = transform(
      picture(40, 20, () => 5),
      variant('w=10&h=10&fit=pad'),
    );
    expect(rows(result).map((row) => row[5]! > 0)).toEqual([
      ...Array<boolean>(2).fill(false),
      ...Array<boolean>(5).fill(true),
      ...Array<boolean>(3).fill(false),
    ]);
  });

  test('keeps the named colour whatever the exposure', () => {
    const result = transform(
      picture(2, 2, () => 1, 203),
      variant('w=4&h=2&fit=pad&bg=ffffff&ev=3'),
    );
    expect(rows(result)[0]).toEqual([1, 8, 8, 1]);
  });
});

describe('blur', () => {
  test.each([0.3, 0.8, 2, 7.5])('spreads a point as a Gaussian of sigma %d', (sigma) => {
    const point = picture(101, 101, (x, y) => (x === 50 && y === 50 ? 1e6 : 0));
    const { data } = transform(point, { blur: sigma });
    const gauss = (d: number) => Math.exp((-d * d) / (2 * sigma * sigma));
    let [total, variance] = [0, 0];
    for (let y = 0; y < 101; y++)
      for (let x = 0; x < 101; x++) {
        const light = data[(y * 101 + x) * 3]!;
        expect(light).toBeGreaterThanOrEqual(0);
        total += light;
        variance += light * (x - 50) ** 2;
      }
    expect(total / 1e6).toBeCloseTo(1, 5);
    expect(variance / total / sigma ** 2).toBeCloseTo(1, 3);
    if (sigma < 2) return;
    const peak = data[(50 * 101 + 50) * 3]!;
    for (let d = 0; d < 3 * sigma; d++)
      expect(Math.abs(data[(50 * 101 + 50 + d) * 3]! / peak - gauss(d))).toBeLessThan(0.04);
  });

  test('keeps an even light at the borders, also where sigma is larger than the picture', () => {
    const { data } = transform(
      picture(9, 5, (_, __, c) => 100 + c),
      { blur: 60 },
    );
    data.forEach((value, i) => {
      expect(value).toBeCloseTo(100 + (i % 3), 3);
    });
  });
});

describe('sharpen', () => {
  const edge = picture(40, 8, (x, _, c) => (x < 20 ? 0.2 : 0.6) * (1 + c / 10), 203);

  test('steepens an edge on both sides and keeps colours and flat places', () => {
    const sharp = transform(edge, { sharpen: 1 });
    const [row] = rows(sharp);
    expect(row![19]).toBeLessThan(0.19);
    expect(row![20]).toBeGreaterThan(0.61);
    expect(row![2]).toBeCloseTo(0.2, 5);
    expect(row![37]).toBeCloseTo(0.6, 5);
    for (let i = 0; i < sharp.data.length; i += 3)
      expect(sharp.data[i + 1]! / sharp.data[i]!).toBeCloseTo(1.1, 4);
  });

  test('leaves no black rim around a sun', () => {
    const sun = picture(40, 8, (x) => (x < 20 ? 1 : 50_000), 203);
    const [row] = rows(transform(sun, { sharpen: 2 }));
    expect(Math.min(...row!)).toBeGreaterThan(0.4);
  });

  test('leaves black black', () => {
    const { data } = transform(
      picture(8, 8, () => 0),
      { sharpen: 3 },
    );
    expect(data.every((value) => value === 0)).toBe(true);
  });
});

test('ev doubles the light with every stop', () => {
  const { data } = transform(
    picture(2, 2, (x) => 1 + x),
    { ev: -1.5 },
  );
  expect(data[0]).toBeCloseTo(2 ** -1.5, 6);
  expect(data[3]).toBeCloseTo(2 * 2 ** -1.5, 6);
});

test('a picture without a scale gets that of the whole, in BT.709', () => {
  const source = {
    ...picture(10, 10, (x) => (x < 5 ? 1 : 100)),
    nitsPerUnit: null,
    primaries: 'bt2020' as const,
  };
  const whole = scaled(source);
  expect(whole.primaries).toBe('bt709');
  const { nitsPerUnit } = transform(whole, variant('crop=0,0,3,3&ev=2'));
  expect(nitsPerUnit).toBe(whole.nitsPerUnit);
  expect(nitsPerUnit).toBeCloseTo(3.65, 1);
});
