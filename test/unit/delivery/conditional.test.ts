import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowsWrite, evaluateRead, namesTag } from '../../../src/delivery/conditional.ts';

const read = (ifMatch: string | null, ifNoneMatch: string | null) =>
  evaluateRead({ ifMatch, ifNoneMatch }, '"a"');
const write = (ifMatch: string | null, ifNoneMatch: string | null, generation: string | null) =>
  allowsWrite({ ifMatch, ifNoneMatch }, generation);

describe('RFC 9110 §13.2.2, the order of conditions', () => {
  test.each([
    [null, null, 'proceed'],
    ['"a"', null, 'proceed'],
    ['*', null, 'proceed'],
    ['"b"', null, 'precondition-failed'],
    ['W/"a"', null, 'precondition-failed'],
    [null, '"a"', 'not-modified'],
    [null, 'W/"a"', 'not-modified'],
    ['"b"', '"a"', 'precondition-failed'],
    ['"a"', '"a"', 'not-modified'],
    ['', null, 'precondition-failed'],
  ])('If-Match: %s, If-None-Match: %s → %s', (ifMatch, ifNoneMatch, evaluation) => {
    expect(read(ifMatch, ifNoneMatch)).toBe(evaluation);
  });

  test('any field has an evaluation', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(['proceed', 'not-modified', 'precondition-failed']).toContain(read(a, b));
      }),
    );
  });
});

describe('§13.1.1, §13.1.2: conditions of a change', () => {
  test.each([
    [null, null, null, true],
    ['"g/1/original/sdr"', null, 'g', true],
    ['"x", "g/1/w32/layered.2"', null, 'g', true],
    ['"g2/1/original/sdr"', null, 'g', false],
    ['"g/1/original/sdr"', null, null, false],
    ['*', null, 'g', true],
    ['*', null, null, false],
    [null, '*', null, true],
    [null, '*', 'g', false],
    [null, '"g/1/original/sdr"', 'g', false],
    [null, '"h/1/original/sdr"', 'g', true],
  ])('If-Match: %s, If-None-Match: %s, there is %s → %s', (ifMatch, ifNoneMatch, generation, allowed) => {
    expect(write(ifMatch, ifNoneMatch, generation)).toBe(allowed);
  });
});

test('§8.8.3.2: * names no tag', () => {
  expect(namesTag('*', '"a"')).toBe(false);
  expect(namesTag('W/"a"', '"a"')).toBe(true);
});
