import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { squash, stretch } from '../../../src/codec/entropy/logistic.ts';
import { RangeDecoder, RangeEncoder } from '../../../src/codec/entropy/range-coder.ts';

describe('range coder', () => {
  test('is exact at every probability, also where the interval straddles', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 65535 }), fc.integer({ min: 0, max: 1 })), {
          maxLength: 3000,
        }),
        (bits) => {
          const encoder = new RangeEncoder();
          for (const [probability, bit] of bits) encoder.encode(bit, probability);
          const decoder = new RangeDecoder(encoder.finish());
          for (const [probability, bit] of bits) expect(decoder.decode(probability)).toBe(bit);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('logistic tables', () => {
  test('squash is the logistic function to a thousandth, rising, point-symmetric', () => {
    for (let x = -2047; x <= 2047; x++) {
      expect(Math.abs(squash(x) / 65536 - 1 / (1 + Math.exp(-x / 256)))).toBeLessThan(1e-3);
      expect(squash(x) + squash(-x)).toBe(65536);
      if (x > -2047) expect(squash(x)).toBeGreaterThanOrEqual(squash(x - 1));
    }
  });

  test('stretch is its inverse', () => {
    for (let p = 64; p < 65536 - 64; p += 16) expect(Math.abs(squash(stretch(p)) - p)).toBeLessThan(140);
  });
});
