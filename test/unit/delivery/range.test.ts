import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentRange, parseRange, rangeApplies } from '../../../src/delivery/range.ts';

const part = (offset: number, length: number) => ({ kind: 'part', offset, length });

describe('RFC 9110 §14.1.2, byte ranges of 10,000 bytes', () => {
  test.each([
    ['bytes=0-499', part(0, 500)],
    ['bytes=500-999', part(500, 500)],
    ['bytes=-500', part(9500, 500)],
    ['bytes=9500-', part(9500, 500)],
    ['bytes=0-0', part(0, 1)],
    ['bytes=-1', part(9999, 1)],
    ['bytes=0-', part(0, 10_000)],
    ['bytes=9999-20000', part(9999, 1)],
    ['bytes=-20000', part(0, 10_000)],
    ['Bytes= 1-2 ', part(1, 2)],
  ])('%s', (field, answer) => {
    expect(parseRange(field, 10_000)).toEqual(answer);
  });

  test.each(['bytes=10000-', 'bytes=10000-10001', 'bytes=-0', 'bytes=99999999999999999999-'])(
    '%s cannot be satisfied (§15.5.17)',
    (field) => {
      expect(parseRange(field, 10_000)).toEqual({ kind: 'unsatisfiable' });
    },
  );

  test.each([
    null,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=2-1',
    'bytes=a-b',
    'items=0-1',
    'bytes=0-1,4-5',
    'bytes=+1-2',
  ])('%s is ignored (§14.2)', (field) => {
    expect(parseRange(field, 10_000)).toEqual({ kind: 'whole' });
  });

  test('what is answered lies within', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 1 << 30 }), (a, b, size) => {
        for (const field of [`bytes=${a}-${b}`, `bytes=${a}-`, `bytes=-${b}`]) {
          const range = parseRange(field, size);
          if (range.kind !== 'part') continue;
          expect(range.length).toBeGreaterThan(0);
          expect(range.offset + range.length).toBeLessThanOrEqual(size);
        }
      }),
    );
  });

  test('Content-Range (§14.4)', () => {
    expect(contentRange(42, 1192, 1234)).toBe('bytes 42-1233/1234');
  });
});

describe('RFC 9110 §13.1.5, If-Range', () => {
  test('applies to the same strong tag only', () => {
    expect(rangeApplies(null, '"a"')).toBe(true);
    expect(rangeApplies('"a"', '"a"')).toBe(true);
    expect(rangeApplies('W/"a"', '"a"')).toBe(false);
    expect(rangeApplies('"b"', '"a"')).toBe(false);
    expect(rangeApplies('Sat, 29 Oct 1994 19:43:31 GMT', '"a"')).toBe(false);
  });
});
