import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { names, parseAccept, qualityOf } from '../../../src/delivery/accept.ts';

const quality = (field: string | null, type: string): number => qualityOf(parseAccept(field), type);

describe('RFC 9110 §12.5.1, Accept', () => {
  test('the example: the most specific range decides', () => {
    const field =
      'text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5';
    expect(quality(field, 'text/plain')).toBe(0.7);
    expect(quality(field, 'text/html')).toBe(0.3);
    expect(quality(field, 'image/jpeg')).toBe(0.5);
  });

  test('the order of the ranges does not matter', () => {
    expect(quality('*/*;q=0.1, image/*;q=0.2, image/jpeg;q=0.3', 'image/jpeg')).toBe(0.3);
    expect(quality('image/jpeg;q=0.3, image/*;q=0.2, */*;q=0.1', 'image/jpeg')).toBe(0.3);
  });

  test('a specific q=0 refuses what a wildcard would allow', () => {
    expect(quality('*/*, image/jpeg;q=0', 'image/jpeg')).toBe(0);
  });

  test('types are case-insensitive', () => {
    expect(quality('IMAGE/JPEG;Q=0.4', 'image/jpeg')).toBe(0.4);
  });

  test('of ranges that are as specific, the highest counts', () => {
    expect(quality('image/jpeg;q=0.2, image/jpeg;q=0.9, image/jpeg;q=0.4', 'image/jpeg')).toBe(0.9);
  });

  test('a wildcard names nothing, nor does a range with parameters', () => {
    expect(names(parseAccept('image/*, */*'), 'image/jpeg')).toBe(false);
    expect(names(parseAccept('image/jpeg;progressive=1'), 'image/jpeg')).toBe(false);
    expect(names(parseAccept('image/jpeg;q=0'), 'image/jpeg')).toBe(true);
  });
});

describe('RFC 9110 §12.4.2, quality values', () => {
  test.each(['1', '1.', '1.0', '1.000', '0', '0.', '0.5', '0.123'])('%s is one', (q) => {
    expect(quality(`image/jpeg;q=${q}`, 'image/jpeg')).toBe(Number(q));
  });

  test.each(['1.1', '2', '-1', '0.1234', '.5', 'high', '', '"0.5"', '1e-1', '+1'])(
    '%s is none, and its member is dropped',
    (q) => {
      expect(parseAccept(`image/jpeg;q=${q}, image/png`)).toHaveLength(1);
    },
  );
});

describe('RFC 9110 §5.6.1, lists', () => {
  test('empty members and blanks are allowed', () => {
    expect(parseAccept(' , image/jpeg\t;\tq=0.5 ,, image/png ; ;q=1,')).toHaveLength(2);
  });

  test('several lines, joined, are one list', () => {
    const headers = new Headers([
      ['Accept', 'image/png'],
      ['Accept', 'image/jpeg;q=0.5'],
    ]);
    expect(quality(headers.get('Accept'), 'image/jpeg')).toBe(0.5);
  });

  test('commas and semicolons in quoted strings separate nothing', () => {
    const field = 'image/png;a="x, image/jpeg;q=0.1, \\"y";q=0.2, image/jpeg;q=0.7';
    expect(quality(field, 'image/jpeg')).toBe(0.7);
    expect(parseAccept(field)).toHaveLength(2);
  });
});

describe('malformed fields', () => {
  test.each([
    'jpeg',
    'image/',
    '/jpeg',
    'image//jpeg',
    '*/jpeg',
    'image/jpeg q=1',
    'image/jpeg;q',
    'ima ge/jpeg',
    '"',
  ])('%s is dropped', (member) => {
    expect(parseAccept(`${member}, image/png`)).toHaveLength(member === '"' ? 0 : 1);
  });

  test('no field is an empty one', () => {
    expect(parseAccept(null)).toEqual([]);
    expect(parseAccept('')).toEqual([]);
  });

  test('any text is read, in time', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 2000, unit: fc.constantFrom(...Array.from('"\\,;=/* \tq01.aé')) }),
        (field) => {
          for (const { q } of parseAccept(field)) expect(q >= 0 && q <= 1).toBe(true);
        },
      ),
    );
    const long = `${'"\\'.repeat(20_000)},${';'.repeat(20_000)}`;
    const began = performance.now();
    parseAccept(long);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
