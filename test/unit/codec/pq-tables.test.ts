import { describe, expect, test } from 'vitest';
import { nitsToPq, pqToNits } from '../../../src/codec/pq-tables.ts';
import { PQ_PEAK, pqDecode, pqEncode } from '../../../src/codec/pq.ts';

const STEPS = 40_000;

describe('PQ by table', () => {
  test('signal → light: within 1e-5 of the formula', () => {
    for (let i = 1; i <= STEPS; i++) {
      // Where PQ begins, light is below anything that is shown; there the error is held in cd/m².
      const wanted = pqDecode(i / STEPS);
      expect(Math.abs(pqToNits(i / STEPS) - wanted)).toBeLessThan(1e-5 * Math.max(wanted, 0.01));
    }
  });

  test('light → signal: within 2e-5 of the formula, over all that is shown', () => {
    for (let i = 0; i <= STEPS; i++) {
      const nits = 10 ** (8 * (i / STEPS) - 4);
      const wanted = pqEncode(nits);
      expect(Math.abs(nitsToPq(nits) - wanted)).toBeLessThan(2e-5 * wanted);
    }
  });

  test('both rise', () => {
    for (let i = 1; i <= STEPS; i++) {
      expect(pqToNits(i / STEPS)).toBeGreaterThan(pqToNits((i - 1) / STEPS));
      expect(nitsToPq((PQ_PEAK * i) / STEPS)).toBeGreaterThan(nitsToPq((PQ_PEAK * (i - 1)) / STEPS));
    }
  });

  test('the ends, and what lies beyond them', () => {
    expect([pqToNits(0), pqToNits(1)]).toEqual([0, PQ_PEAK]);
    expect(nitsToPq(PQ_PEAK)).toBe(1);
    for (const dark of [NaN, -0, -1, -Infinity]) {
      expect(pqToNits(dark)).toBe(0);
      expect(nitsToPq(dark)).toBe(pqEncode(0));
    }
    for (const bright of [1.5, 1e9, Infinity]) expect(pqToNits(bright)).toBe(PQ_PEAK);
    for (const bright of [10_001, 1e30, Infinity]) expect(nitsToPq(bright)).toBe(1);
  });
});
