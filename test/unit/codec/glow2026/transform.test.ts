import { describe, expect, test } from 'vitest';
import { createBlocks, inverseTransform, transform } from '../../../../src/codec/glow2026/blocks.ts';
import { BLOCK, forwardDct, inverseDct } from '../../../../src/codec/glow2026/dct.ts';
import {
  dequantise,
  LARGEST_LEVEL,
  quantise,
  refineLevels,
} from '../../../../src/codec/glow2026/quantiser.ts';
import { frequencySteps, maskingSteps, type PlaneSteps } from '../../../../src/codec/glow2026/steps.ts';
import { createPlanes } from '../../../../src/codec/planes.ts';
import { random } from '../pictures.ts';

const noise = (length: number, seed: number): Float64Array => {
  const next = random(seed);
  return Float64Array.from({ length }, () => 2 * next() - 1);
};

/** The sum that ITU-T T.81, A.3.3 writes. */
function slowDct(block: Float64Array): Float64Array {
  return block.map((_, i) => {
    const [v, u] = [i >> 3, i & 7];
    let sum = 0;
    block.forEach((sample, j) => {
      const [y, x] = [j >> 3, j & 7];
      sum += sample * Math.cos(((2 * x + 1) * u * Math.PI) / 16) * Math.cos(((2 * y + 1) * v * Math.PI) / 16);
    });
    return (sum / 4) * (u === 0 ? Math.SQRT1_2 : 1) * (v === 0 ? Math.SQRT1_2 : 1);
  });
}

function largest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);
}

describe('DCT', () => {
  test("is the standard's sum", () => {
    const block = noise(BLOCK, 1);
    const expected = slowDct(block);
    forwardDct(block);
    expect(largest(block, expected)).toBeLessThan(1e-12);
  });

  test('is orthonormal: each basis picture has unit length and nothing of any other', () => {
    for (let f = 0; f < BLOCK; f++) {
      const block = new Float64Array(BLOCK);
      block[f] = 1;
      inverseDct(block);
      expect(block.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 12);
      forwardDct(block);
      block[f]! -= 1;
      expect(largest(block, new Float64Array(BLOCK))).toBeLessThan(1e-12);
    }
  });

  test('the inverse gives the samples back', () => {
    const block = noise(BLOCK, 2);
    const samples = block.slice();
    forwardDct(block);
    inverseDct(block);
    expect(largest(block, samples)).toBeLessThan(1e-12);
  });
});

describe('blocks', () => {
  test.each([
    [8, 8],
    [24, 40],
    [56, 16],
  ])('a plane of %d × %d comes back', (height, width) => {
    const plane = Float32Array.from(noise(height * width, height));
    const blocks = transform(plane, height, width);
    expect([blocks.down, blocks.across]).toEqual([height / 8, width / 8]);
    expect(largest(inverseTransform(blocks), plane)).toBeLessThan(1e-6);
  });

  test('blocks lie in raster order', () => {
    const plane = new Float32Array(16 * 24);
    for (let y = 8; y < 16; y++) plane.fill(1, y * 24 + 16, y * 24 + 24);
    const { data } = transform(plane, 16, 24);
    expect(data[5 * BLOCK]).toBeCloseTo(8, 6);
    data[5 * BLOCK] = 0;
    expect(largest(data, new Float32Array(data.length))).toBeLessThan(1e-6);
  });
});

describe('quantiser', () => {
  const blocks = { ...createBlocks(8, 16), data: Float32Array.from(noise(2 * BLOCK, 3)) };
  const rule = { colour: 32, masking: 16, tilt: 19 };
  const steps = stepsOf(1);

  function stepsOf(scale: number): PlaneSteps {
    return { blocks: Float32Array.of(0.03 * scale, 0.05 * scale), frequencies: frequencySteps(rule) };
  }

  function levelsAfter(layers: number): Int16Array {
    const levels = new Int16Array(2 * BLOCK);
    for (let layer = layers - 1; layer >= 0; layer--) {
      refineLevels(levels, quantise(blocks, levels, stepsOf(2 ** layer)));
    }
    return levels;
  }

  test('intervals nest: any number of layers of halving steps ends at the same levels', () => {
    for (const layers of [2, 3, 8]) expect(levelsAfter(layers)).toEqual(levelsAfter(1));
  });

  test('later layers say only zero or the sign of what was there', () => {
    const levels = new Int16Array(2 * BLOCK);
    for (const scale of [8, 4, 2, 1]) {
      const before = levels.slice();
      const values = quantise(blocks, levels, stepsOf(scale));
      values.forEach((value, i) => {
        if (before[i] !== 0) expect([0, Math.sign(before[i]!)]).toContain(value);
      });
      refineLevels(levels, values);
    }
  });

  test('coefficients come back within a step, in the dead zone as zero', () => {
    const back = createBlocks(8, 16);
    dequantise(levelsAfter(3), steps, back);
    blocks.data.forEach((coefficient, i) => {
      const step = steps.blocks[i >> 6]! * steps.frequencies[i & 63]!;
      expect(Math.abs(back.data[i]! - coefficient)).toBeLessThan(step);
      if (Math.abs(coefficient) < step) expect(back.data[i]).toBeCloseTo(0, 12);
      else expect(Math.abs(back.data[i]! - coefficient)).toBeLessThanOrEqual(0.551 * step);
    });
  });

  test('levels are held within ±16383', () => {
    const huge = createBlocks(8, 8);
    huge.data.fill(1e30);
    huge.data[1] = -1e30;
    const levels = new Int16Array(BLOCK);
    const values = quantise(huge, levels, stepsOf(1e-6));
    expect([...values.subarray(0, 2)]).toEqual([LARGEST_LEVEL, -LARGEST_LEVEL]);
    for (let k = 0; k < 3; k++) refineLevels(levels, values);
    expect([...levels.subarray(0, 2)]).toEqual([LARGEST_LEVEL, -LARGEST_LEVEL]);
  });

  test('refineLevels doubles what was there and adds', () => {
    const levels = Int16Array.of(0, 0, 3, -3, 5);
    refineLevels(levels, Int16Array.of(0, -4, 1, -1, 0));
    expect([...levels]).toEqual([0, -4, 7, -7, 10]);
  });
});

describe('masking', () => {
  const prediction = createPlanes(3, 8, 24);
  // Flat, a little contrast, much contrast.
  for (let i = 0; i < prediction.data.length; i++) {
    const x = i % 24;
    prediction.data[i] = 0.5 + (x % 2 === 0 ? 1 : -1) * [0, 0.02, 0.4][x >> 3]!;
  }

  test('steps grow with the contrast of the block', () => {
    const [flat, some, much] = maskingSteps(prediction, { colour: 32, masking: 32, tilt: 0 });
    expect(flat).toBeCloseTo(1, 6);
    expect(some).toBeCloseTo(Math.SQRT2, 4);
    expect(much).toBe(6);
  });

  test('without masking all are 1', () => {
    expect([...maskingSteps(prediction, { colour: 32, masking: 0, tilt: 0 })]).toEqual([1, 1, 1]);
  });
});

test('steps grow with frequency, by the tilt', () => {
  const factors = frequencySteps({ colour: 32, masking: 0, tilt: 16 });
  expect(factors[0]).toBe(1);
  // (0, 4): half of half of the way to frequency 8.
  expect(factors[4]).toBeCloseTo(1.25, 6);
  expect(factors[32]).toBe(factors[4]);
  expect(factors[63]).toBeCloseTo(1 + (0.5 * 7 * Math.SQRT2) / 8, 6);
  expect(frequencySteps({ colour: 32, masking: 0, tilt: 0 }).every((factor) => factor === 1)).toBe(true);
});
