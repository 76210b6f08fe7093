import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PARAMETERS, parseParameters } from '../../../src/delivery/parameters.ts';
import { ProblemError } from '../../../src/delivery/problem.ts';

const read = (query: string) => parseParameters(new URLSearchParams(query));
const codeOf = (query: string): string | undefined => {
  try {
    read(query);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).status).toBe(400);
    return (error as ProblemError).code;
  }
};

describe('parameters', () => {
  test('are read by name and by alias', () => {
    expect(read('hdr=1&layers=2&w=640&q=80&format=jpeg')).toEqual({
      hdr: '1',
      layers: 2,
      w: 640,
      q: 80,
      format: 'jpeg',
    });
    expect(read('width=640&quality=80&f=jpeg')).toEqual({ w: 640, q: 80, format: 'jpeg' });
  });

  test('that are unknown are ignored', () => {
    expect(read('utm_source=x&v=2&__proto__=1&constructor=2')).toEqual({});
  });

  test.each([
    'hdr=2',
    'hdr=',
    'hdr=HDR',
    'layers=-1',
    'layers=33',
    'layers=1.5',
    'w=0',
    'w=16385',
    'w=1e3',
    'w=%20640',
    'w=0x10',
    'q=0',
    'q=101',
    'q=',
    'format=png',
  ])('%s is refused', (query) => {
    expect(codeOf(query)).toBe('invalid_parameter');
  });

  test('given twice, by whatever name, are refused', () => {
    expect(codeOf('w=1&w=1')).toBe('duplicate_parameter');
    expect(codeOf('w=1&width=1')).toBe('duplicate_parameter');
  });

  test('any query is read or refused with 400', () => {
    const name = fc.oneof(fc.constantFrom(...Object.keys(PARAMETERS)), fc.string());
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string())), (pairs) => {
        codeOf(new URLSearchParams(pairs).toString());
      }),
    );
  });
});
