import type { Blocks } from './blocks.ts';
import { BLOCK } from './dct.ts';
import type { PlaneSteps } from './steps.ts';

/**
 * Where in its interval a coefficient is put that has just left the dead zone, and one that was there before: what is
 * small is likely to be smaller than the middle.
 */
const FIRST_POINT = 0.45;
const LATER_POINT = 0.5;
/** Levels are held below this in both directions. */
export const LARGEST_LEVEL = 16383;

/**
 * The next layer of an embedded dead-zone quantiser: with every layer the step halves, so that intervals nest. A level L
 * stands for magnitudes from |L| to |L| + 1 steps; what is below one step is zero (ITU-T T.800, E.1).
 *
 * @param levels of the layers before, in steps of the last of them; zeros before the first
 * @param steps of this layer
 * @returns what the layer says: signed magnitudes where the level was zero, else the sign times the next bit
 */
export function quantise(
  blocks: Blocks,
  levels: Int16Array,
  { blocks: steps, frequencies }: PlaneSteps,
): Int16Array {
  const values = new Int16Array(blocks.data.length);
  for (let i = 0; i < values.length; i++) {
    const coefficient = blocks.data[i]!;
    const magnitude = Math.min(
      Math.floor(Math.abs(coefficient) / (steps[Math.trunc(i / BLOCK)]! * frequencies[i % BLOCK]!)),
      LARGEST_LEVEL,
    );
    const before = levels[i]!;
    if (before === 0) values[i] = coefficient < 0 ? -magnitude : magnitude;
    else if (magnitude > 2 * Math.abs(before)) values[i] = Math.sign(before);
  }
  return values;
}

/** Takes a layer into the levels: what was there doubles. */
export function refineLevels(levels: Int16Array, values: Int16Array): void {
  for (let i = 0; i < values.length; i++) {
    const level = 2 * levels[i]! + values[i]!;
    levels[i] = Math.max(-LARGEST_LEVEL, Math.min(level, LARGEST_LEVEL));
  }
}

/** Levels → coefficients. */
export function dequantise(
  levels: Int16Array,
  { blocks: steps, frequencies }: PlaneSteps,
  blocks: Blocks,
): void {
  for (let i = 0; i < blocks.data.length; i++) {
    const level = levels[i]!;
    const magnitude = Math.abs(level);
    const point = magnitude === 0 ? 0 : magnitude + (magnitude === 1 ? FIRST_POINT : LATER_POINT);
    blocks.data[i] = Math.sign(level) * point * steps[Math.trunc(i / BLOCK)]! * frequencies[i % BLOCK]!;
  }
}
