import { expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../../src/browser/half-float.ts';

test('every half float comes back from its number', () => {
  for (let half = 0; half < 0x10000; half++) {
    const value = fromHalf(half);
    if (Number.isNaN(value)) expect(fromHalf(toHalf(value))).toBeNaN();
    else expect(toHalf(value)).toBe(half);
  }
});

test('numbers become the nearest half float, ties the even one', () => {
  expect(fromHalf(toHalf(1 + 2 ** -11))).toBe(1);
  expect(fromHalf(toHalf(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
  expect(fromHalf(toHalf(1 + 2 ** -11 + 2 ** -20))).toBe(1 + 2 ** -10);
  expect(toHalf(1.5 * 2 ** -24)).toBe(2);
  expect(toHalf(2 ** -25)).toBe(0);
  expect(toHalf(-0)).toBe(0x8000);
});

test('what is too large becomes infinity, from halfway beyond the largest', () => {
  expect(fromHalf(toHalf(65519.9))).toBe(65504);
  expect(fromHalf(toHalf(65520))).toBe(Infinity);
  expect(fromHalf(toHalf(-1e9))).toBe(-Infinity);
});
