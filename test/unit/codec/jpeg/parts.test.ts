import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitWriter } from '../../../../src/codec/jpeg/bit-writer.ts';
import { makeComponent } from '../../../../src/codec/jpeg/component.ts';
import { forwardDct } from '../../../../src/codec/jpeg/fdct.ts';
import { optimalHuffman } from '../../../../src/codec/jpeg/huffman.ts';
import { quantiseByRounding } from '../../../../src/codec/jpeg/quantise.ts';
import { ZIGZAG } from '../../../../src/codec/jpeg/zigzag.ts';
import { flatTable, randomNumbers, slowDct } from './planes.ts';

describe('forwardDct', () => {
  it('is the DCT of T.81 in zigzag order', () => {
    const random = randomNumbers(1);
    for (let run = 0; run < 20; run++) {
      const samples = Float64Array.from({ length: 64 }, () => 256 * random() - 128);
      const exact = slowDct(samples);
      const coefficients = new Float64Array(64);
      forwardDct(samples, coefficients);
      for (let k = 0; k < 64; k++) expect(coefficients[k]).toBeCloseTo(exact[ZIGZAG[k]!]!, 9);
    }
  });
});

describe('quantiseByRounding', () => {
  it('is at most half a step off', () => {
    const random = randomNumbers(2);
    const samples = Float32Array.from({ length: 64 }, () => 255 * random());
    const exact = slowDct(samples.map((v) => v - 128));
    for (const step of [1, 7, 100, 255]) {
      const component = makeComponent(samples, 8, 8, 1, flatTable(step), undefined);
      quantiseByRounding(component, 0.5);
      for (let k = 1; k < 64; k++) {
        const error = component.coefficients[k]! * step - exact[ZIGZAG[k]!]!;
        expect(Math.abs(error)).toBeLessThanOrEqual(step / 2 + 1e-3);
      }
    }
  });
});

/** Cost of the best code of at most `limit` bits for falling frequencies: every tree, level by level. */
function leastCost(falling: readonly number[], limit: number): number {
  const known = new Map<string, number>();
  const below = (assigned: number, level: number, open: number): number => {
    if (assigned === falling.length) return 0;
    if (level > limit) return Infinity;
    const key = `${assigned} ${level} ${open}`;
    let least = known.get(key);
    if (least === undefined) {
      least = Infinity;
      let cost = 0;
      for (let leaves = 0; leaves <= Math.min(open, falling.length - assigned); leaves++) {
        if (leaves > 0) cost += level * falling[assigned + leaves - 1]!;
        const opened = Math.min(2 * (open - leaves), falling.length);
        least = Math.min(least, cost + below(assigned + leaves, level + 1, opened));
      }
      known.set(key, least);
    }
    return least;
  };
  return below(0, 1, 2);
}

describe('optimalHuffman', () => {
  const frequencies = (counts: readonly number[]): Uint32Array => {
    const all = new Uint32Array(256);
    all.set(counts);
    return all;
  };

  it('keeps to 16 bits, to Kraft and off the code of all ones, whatever the frequencies', () => {
    const count = fc.oneof(fc.nat(3), fc.nat(1000), fc.nat(2 ** 31));
    fc.assert(
      fc.property(fc.array(count, { minLength: 1, maxLength: 256 }), (counts) => {
        const { lengths, codes, values, counts: bits } = optimalHuffman(frequencies(counts));
        const used = counts.flatMap((n, symbol) => (n > 0 ? [symbol] : []));
        expect([...values].sort((a, b) => a - b)).toEqual(used);
        expect(bits.reduce((sum, n) => sum + n, 0)).toBe(used.length);
        let kraft = 0;
        for (const symbol of used) {
          expect(lengths[symbol]).toBeGreaterThanOrEqual(1);
          expect(lengths[symbol]).toBeLessThanOrEqual(16);
          expect(codes[symbol]).toBeLessThan(2 ** lengths[symbol]! - 1);
          kraft += 2 ** -lengths[symbol]!;
        }
        expect(kraft).toBeLessThan(1);
        const prefixes = new Set(used.map((s) => codes[s]!.toString(2).padStart(lengths[s]!, '0')));
        for (const code of prefixes) {
          for (let n = 1; n < code.length; n++) expect(prefixes.has(code.slice(0, n))).toBe(false);
        }
      }),
    );
  });

  it('limits Fibonacci frequencies, whose Huffman codes would be longer, at the least cost', () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 30) fibonacci.push(fibonacci.at(-1)! + fibonacci.at(-2)!);
    const { lengths } = optimalHuffman(frequencies(fibonacci));
    expect(Math.max(...lengths)).toBe(16);
    const cost = fibonacci.reduce((sum, n, symbol) => sum + n * lengths[symbol]!, 0);
    expect(cost).toBe(leastCost([...fibonacci.toReversed(), 0], 16));
  });

  it('is Huffman where no limit binds', () => {
    // With the reserved symbol of weight 0: 0 + 1, + 1, + 2, + 4, + 8.
    const { lengths } = optimalHuffman(frequencies([8, 4, 2, 1, 1]));
    expect([...lengths.subarray(0, 5)]).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('BitWriter', () => {
  it('stuffs a 0 after every 0xFF and fills up with ones', () => {
    const writer = new BitWriter();
    writer.bits(0xffff, 16);
    writer.bits(0b0, 1);
    writer.flush();
    writer.raw([0xff, 0xd9]);
    expect([...writer.bytes()]).toEqual([0xff, 0, 0xff, 0, 0x7f, 0xff, 0xd9]);
  });

  it('takes only the low bits of a value', () => {
    const writer = new BitWriter();
    writer.bits(-2, 4);
    writer.bits(0x125, 4);
    writer.bits(7, 0);
    writer.flush();
    expect([...writer.bytes()]).toEqual([0xe5]);
  });

  it('stuffs a last byte that the filling made 0xFF', () => {
    const writer = new BitWriter();
    writer.bits(0b111, 3);
    writer.flush();
    expect([...writer.bytes()]).toEqual([0xff, 0]);
  });
});
