import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RangeDecoder, RangeEncoder } from '../../../../src/codec/entropy/range-coder.ts';
import { CodedPlane } from '../../../../src/codec/glow2026/coefficient-coder.ts';
import { LARGEST_LEVEL, refineLevels } from '../../../../src/codec/glow2026/quantiser.ts';
import { random } from '../pictures.ts';

interface Case {
  readonly across: number;
  readonly down: number;
  readonly classes: Uint8Array;
  readonly layers: readonly Int16Array[];
}

function write({ across, down, classes, layers }: Case): Uint8Array[] {
  const plane = new CodedPlane(across, down, classes);
  return layers.map((values) => {
    const coder = new RangeEncoder();
    plane.codeLayer(
      {
        code(bit, probability) {
          coder.encode(bit, probability);
          return bit;
        },
      },
      values.slice(),
    );
    return coder.finish();
  });
}

function read({ across, down, classes }: Omit<Case, 'layers'>, codes: readonly Uint8Array[]): Int16Array[] {
  const plane = new CodedPlane(across, down, classes);
  return codes.map((code) => {
    const coder = new RangeDecoder(code);
    const values = new Int16Array(64 * across * down);
    plane.codeLayer({ code: (_, probability) => coder.decode(probability) }, values);
    return values;
  });
}

/** Layers such as `quantise` gives: where there is a level they say zero or its sign. */
function randomCase(across: number, down: number, density: number, scale: number, seed: number): Case {
  const next = random(seed);
  const size = 64 * across * down;
  const levels = new Int16Array(size);
  const layers = [0, 1, 2, 3, 4].map(() => {
    const values = levels.map((level) => {
      if (level !== 0) return next() < 0.5 ? Math.sign(level) : 0;
      if (next() >= density) return 0;
      return (next() < 0.5 ? -1 : 1) * (1 + Math.floor(scale * next() ** 4));
    });
    refineLevels(levels, values);
    return values;
  });
  return { across, down, classes: Uint8Array.from({ length: size }, () => Math.floor(6 * next())), layers };
}

describe('coefficient coder', () => {
  test.each([
    [1, 1],
    [1, 4],
    [3, 1],
    [5, 7],
  ])('%d × %d blocks come back, sparse and dense, small and large', (across, down) => {
    for (const density of [0, 0.01, 0.2, 1]) {
      for (const scale of [1, 40, 16382]) {
        const some = randomCase(across, down, density, scale, 100 * density + scale);
        expect(read(some, write(some))).toEqual(some.layers);
      }
    }
  });

  test('the largest magnitudes come back', () => {
    const values = new Int16Array(128);
    values.set([LARGEST_LEVEL, -LARGEST_LEVEL, 13, 14, -15, 16]);
    values[127] = -LARGEST_LEVEL;
    const some = { across: 2, down: 1, classes: new Uint8Array(128), layers: [values] };
    expect(read(some, write(some))).toEqual([values]);
  });

  test('empty layers cost next to nothing', () => {
    const layers = Array.from({ length: 3 }, () => new Int16Array(64 * 35));
    const codes = write({ across: 5, down: 7, classes: new Uint8Array(64 * 35), layers });
    for (const code of codes) expect(code.length).toBeLessThan(8);
  });

  test('the base says where coefficients are likely, and so saves bytes', () => {
    const some = randomCase(5, 7, 0.1, 3, 8);
    const told = some.layers[0]!.map((value) => (value === 0 ? 0 : 5));
    const bytes = (classes: ArrayLike<number>) =>
      write({ ...some, classes: Uint8Array.from(classes), layers: some.layers.slice(0, 1) })[0]!.length;
    expect(bytes(told)).toBeLessThan(0.8 * bytes(new Uint8Array(told.length)));
  });

  test('any bytes are values within ±16383, in bounded time', () => {
    const classes = new Uint8Array(64 * 6).map((_, i) => i % 6);
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 3 }),
        fc.constantFrom(null, 0, 255),
        (codes, fill) => {
          const bytes = fill === null ? codes : codes.map((code) => code.map(() => fill));
          const start = performance.now();
          const levels = new Int16Array(classes.length);
          for (const values of read({ across: 3, down: 2, classes }, bytes)) {
            values.forEach((value, i) => {
              expect(Math.abs(value)).toBeLessThanOrEqual(LARGEST_LEVEL);
              if (levels[i] !== 0) expect([0, Math.sign(levels[i]!)]).toContain(value);
            });
            refineLevels(levels, values);
          }
          expect(performance.now() - start).toBeLessThan(2000);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('the bytes of a fixed case never change: files that exist must stay readable', () => {
    const codes = write(randomCase(2, 2, 0.08, 20, 3));
    expect(codes.map((code) => Buffer.from(code).toString('hex'))).toEqual([
      '6003c8c12eeafeadd2f5a1a27b3aa2422c4978221d0348a4ff3e0b51c12708c7',
      '72b13a84ec533f5a61854f894609eedaba17e099c35d4884020d522b1e',
      '000479e3cfff2cd4742bf530480fc5b8b8b49f461382a0e666768a2877055e250ce040d98820d36cb149d95978',
      'dda34ca61e08cc63005ca0eebb1d2b0cbf930acfa374',
      '3abed1c6a2b45d3414b7628e4e53adbadba4e509a285de43451841ea506d6fc8',
    ]);
  });
});
