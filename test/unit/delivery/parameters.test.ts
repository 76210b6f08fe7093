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
    expect(
      read(
        'h=480&dpr=1.5&fit=cover&gravity=0.25,1&crop=1,2,3,4&rotate=90&flip=hv&blur=0.5&sharpen=2&bg=F80&ev=-1.5&tmo=reinhard&preset=a_b&download=',
      ),
    ).toEqual({
      h: 480,
      dpr: 1.5,
      fit: 'cover',
      gravity: '0.25,1',
      crop: { x: 1, y: 2, w: 3, h: 4 },
      rotate: 90,
      flip: 'hv',
      blur: 0.5,
      sharpen: 2,
      bg: 'ff8800',
      ev: -1.5,
      tmo: 'reinhard',
      preset: 'a_b',
      download: '',
    });
    expect(read('gravity=0.50,0.0')).toEqual({ gravity: 'north' });
    expect(Object.is(read('ev=-0').ev, 0)).toBe(true);
  });

  test('each have a value that their schema allows, and no two the same name', () => {
    const names = Object.entries(PARAMETERS).flatMap(([name, { aliases }]) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
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
    'format=webp',
    'format=AVIF',
    'fit=fill',
    'gravity=up',
    'gravity=1.5,0',
    'gravity=0.5',
    'crop=0,0,0,5',
    'crop=1,2,3',
    'crop=-1,0,5,5',
    'crop=1.5,0,5,5',
    'rotate=45',
    'rotate=-90',
    'flip=x',
    'blur=0.2',
    'blur=0.35',
    'blur=101',
    'sharpen=11',
    'bg=%23ffffff',
    'bg=red',
    'ev=8.1',
    'ev=%2B1',
    'ev=1e1',
    'ev=NaN',
    'dpr=0',
    'dpr=9',
    'tmo=drago',
    'preset=a/b',
    'preset=',
    'download=a/b',
    'download=..',
    'download=a%0Ab',
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
