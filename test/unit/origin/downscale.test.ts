import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HdrPicture } from '../../../src/codec/picture.ts';
import { downscale } from '../../../src/origin/downscale.ts';

function picture(
  width: number,
  height: number,
  value: (x: number, y: number, c: number) => number,
): HdrPicture {
  const data = Float32Array.from({ length: width * height * 3 }, (_, i) =>
    value(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3),
  );
  return { width, height, data, primaries: 'bt2020', nitsPerUnit: 100 };
}

/** Of one channel, over the whole picture. */
function mean({ data }: HdrPicture, channel: number): number {
  let sum = 0;
  for (let i = channel; i < data.length; i += 3) sum += data[i]!;
  return (sum * 3) / data.length;
}

describe('downscale', () => {
  test('averages whole pixels', () => {
    const { data, ...rest } = downscale(
      picture(4, 2, (x, y, c) => 100 * c + 10 * y + x),
      2,
    );
    expect(rest).toEqual({ width: 2, height: 1, primaries: 'bt2020', nitsPerUnit: 100 });
    expect([...data]).toEqual([5.5, 105.5, 205.5, 7.5, 107.5, 207.5]);
  });

  test('gives pixels that lie across a border to both sides', () => {
    const { data } = downscale(
      picture(3, 1, (x) => [0, 6, 12][x]!),
      2,
    );
    expect(data[0]).toBeCloseTo(2);
    expect(data[3]).toBeCloseTo(10);
  });

  test('never enlarges', () => {
    const small = picture(3, 2, (x) => x);
    expect(downscale(small, 3)).toBe(small);
    expect(downscale(small, 100)).toBe(small);
  });

  test('leaves at least one row', () => {
    expect(
      downscale(
        picture(1000, 1, (x) => x),
        10,
      ),
    ).toMatchObject({ width: 10, height: 1 });
  });

  test('keeps the light: the mean of every channel, and the range, a sun included', () => {
    const side = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(side, side, side, fc.integer(), (width, height, to, seed) => {
        const source = picture(width, height, (x, y, c) =>
          Math.abs(Math.imul(seed + x * 7919 + y * 104729 + c, 2654435761)) % 97 === 0 ? 60_000 : 1 + c,
        );
        const small = downscale(source, to);
        expect(small.width).toBe(Math.min(width, to));
        for (const c of [0, 1, 2]) expect(mean(small, c) / mean(source, c)).toBeCloseTo(1, 4);
        for (const value of small.data) {
          expect(value).toBeGreaterThan(0.999);
          expect(value).toBeLessThan(60_001);
        }
      }),
      { numRuns: 50 },
    );
  });
});
