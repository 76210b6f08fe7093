import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeBoosts, MOST_BOOST } from '../../../../src/codec/glow2026/boost-map.ts';
import { chooseBoosts } from '../../../../src/codec/glow2026/boosts.ts';
import { transform } from '../../../../src/codec/glow2026/blocks.ts';
import { boosted } from '../../../../src/codec/glow2026/steps.ts';
import { RangeDecoder, RangeEncoder } from '../../../../src/codec/entropy/range-coder.ts';
import { random } from '../pictures.ts';

const [height, width] = [64, 96];
const across = width / 8;
const count = (height * width) / 64;

function written(boosts: Uint8Array, classes: Uint8Array): Uint8Array {
  const coder = new RangeEncoder();
  const code = (bit: number, probability: number): number => {
    coder.encode(bit, probability);
    return bit;
  };
  codeBoosts({ code }, boosts, across, classes);
  return coder.finish();
}

function readBack(data: Uint8Array, classes: Uint8Array): Uint8Array {
  const coder = new RangeDecoder(data);
  const boosts = new Uint8Array(count);
  codeBoosts({ code: (_, probability) => coder.decode(probability) }, boosts, across, classes);
  return boosts;
}

describe('the map of boosts', () => {
  const next = random(8);
  const classes = Uint8Array.from({ length: 64 * count }, () => Math.floor(6 * next() ** 4));

  test('is read as it was written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: count, maxLength: count, max: MOST_BOOST }), (boosts) => {
        expect(readBack(written(boosts.slice(), classes), classes)).toEqual(boosts);
      }),
      { numRuns: 50 },
    );
  });

  test('costs next to nothing where no block is boosted', () => {
    expect(written(new Uint8Array(count), classes).length).toBeLessThan(6);
  });

  test('any bytes are some map', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (data) => {
        expect(readBack(data, classes).every((boost) => boost <= MOST_BOOST)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('choosing boosts', () => {
  const next = random(9);
  /** Smooth but for the right half; what the layers are to say is noise everywhere. */
  const reference = {
    height,
    width,
    data: Float32Array.from(
      { length: height * width },
      (_, i) => 0.5 + (i % width < 48 ? 0 : 0.1 * (next() - 0.5)),
    ),
  };
  const difference = reference.data.map(() => 0.01 * (next() - 0.5));
  const predicted = { height, width, data: reference.data.map((value, i) => value - difference[i]!) };
  const blocks = transform(difference, height, width);
  const steps = { blocks: new Float32Array(count).fill(0.02), frequencies: new Float32Array(64).fill(1) };

  test('boosts where errors are seen, not where the picture hides them', () => {
    const boosts = chooseBoosts(blocks, steps, reference, predicted, 100);
    const mean = (inside: (column: number) => boolean): number => {
      const chosen = [...boosts].filter((_, block) => inside(block % across));
      return chosen.reduce((sum, boost) => sum + boost, 0) / chosen.length;
    };
    expect(mean((column) => column < 5)).toBeGreaterThan(0.3);
    expect(mean((column) => column > 6)).toBeLessThan(0.05);
  });

  test('a file of more bytes gives more of them for it', () => {
    const boostsOf = (bytes: number): number =>
      chooseBoosts(blocks, steps, reference, predicted, bytes).reduce((sum, boost) => sum + boost, 0);
    expect(boostsOf(10_000)).toBeGreaterThan(boostsOf(100));
  });

  test('nothing is boosted where nothing is wrong', () => {
    const nothing = transform(new Float32Array(height * width), height, width);
    expect(chooseBoosts(nothing, steps, reference, reference, 1000).some((boost) => boost > 0)).toBe(false);
  });

  test('halve the step of their block', () => {
    const boosts = new Uint8Array(count);
    boosts[3] = 2;
    const finer = boosted(steps, boosts);
    expect(finer.blocks[3]).toBeCloseTo(0.005, 9);
    expect(finer.blocks[4]).toBeCloseTo(0.02, 9);
    expect(steps.blocks[3]).toBeCloseTo(0.02, 9);
  });
});
