import { expect, it } from 'vitest';
import { byteLimit } from '../../../src/delivery/byte-limit.ts';
import { sourceTooLarge } from '../../../src/edge/remote/problems.ts';
import { bodyTooLarge } from '../../../src/origin/problems.ts';

it.each([
  [104_857_600, '100 MiB'],
  [2 ** 20, '1 MiB'],
  [104_857_601, '104857601 bytes'],
  [100_000, '100000 bytes'],
  [0, '0 bytes'],
])('says %i as %s', (bytes, text) => {
  expect(byteLimit(bytes)).toBe(text);
});

it.each([
  ['a source', sourceTooLarge],
  ['a body', bodyTooLarge],
])('is how %s hears of its limit', (_, problem) => {
  expect(problem(256 * 2 ** 20).detail).toMatch(/may have 256 MiB at most\.$/);
});
