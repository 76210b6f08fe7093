import { describe, expect, test } from 'vitest';
import {
  addDifferences,
  takeDifferences,
  type Differences,
} from '../../../../src/codec/glow2026/differences.ts';
import { LUMA_BT709 } from '../../../../src/codec/luminance.ts';
import { createPlanes, type Planes } from '../../../../src/codec/planes.ts';
import { pqDecode, pqEncode } from '../../../../src/codec/pq.ts';
import { random } from '../pictures.ts';

const [height, width] = [32, 48];
const size = height * width;

function picture(at: (x: number, y: number, c: number) => number): Planes {
  const planes = createPlanes(3, height, width);
  planes.data.forEach((_, i) => {
    planes.data[i] = at(i % width, Math.trunc(i / width) % height, Math.trunc(i / size));
  });
  return planes;
}

function luminance({ data }: Planes): number[] {
  return Array.from({ length: size }, (_, i) =>
    pqEncode(LUMA_BT709.reduce((sum, weight, c) => sum + weight * pqDecode(data[c * size + i]!), 0)),
  );
}

/** Largest difference of two planes, over the second. */
function relative(found: readonly number[], wanted: readonly number[]): number {
  return found.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(value - wanted[i]!) / Math.max(wanted[i]!, 1e-3)),
    0,
  );
}

const smooth = picture((x, y, c) => 0.45 + 0.2 * Math.sin(x / 15 + c / 2) + 0.1 * Math.cos(y / 11));
const near = picture(
  (x, y, c) => smooth.data[c * size + y * width + x]! + 0.01 * Math.sin((x + 2 * y) / 6 + c),
);
const random1 = random(1);
const saturated = picture(() => (random1() < 0.5 ? 0 : random1()));
const black = picture(() => 0);
const white = picture(() => 1);

function inRange({ data }: Planes): boolean {
  return data.every((value) => value >= 0 && value <= 1);
}

describe('differences', () => {
  test('the luminance of a smooth colour picture comes back', () => {
    const back = addDifferences(near, takeDifferences(smooth, near));
    expect(relative(luminance(back), luminance(smooth))).toBeLessThan(1e-3);
  });

  test('its colours nearly, though they have half the resolution', () => {
    const back = addDifferences(near, takeDifferences(smooth, near));
    const error = (planes: Planes) => planes.data.reduce((sum, v, i) => sum + (v - smooth.data[i]!) ** 2, 0);
    expect(error(back)).toBeLessThan(0.3 * error(near));
  });

  test('greys come back as greys', () => {
    const grey = picture((x, y) => 0.1 + 0.8 * ((x * 7 + y * 13) / (7 * width + 13 * height)));
    const flat = picture(() => 0.4);
    const back = addDifferences(flat, takeDifferences(grey, flat));
    expect(back.data.reduce((worst, v, i) => Math.max(worst, Math.abs(v - grey.data[i]!)), 0)).toBeLessThan(
      1e-4,
    );
    for (let i = 0; i < size; i++) {
      expect(Math.abs(back.data[i]! - back.data[size + i]!)).toBeLessThan(1e-4);
      expect(Math.abs(back.data[i]! - back.data[2 * size + i]!)).toBeLessThan(1e-4);
    }
  });

  test('without any difference the prediction stays', () => {
    const none = takeDifferences(smooth, smooth);
    for (const plane of [none.luminance, none.red, none.blue])
      expect(plane.every((value) => Math.abs(value) < 1e-4)).toBe(true);
    const back = addDifferences(smooth, none);
    expect(back.data.every((value, i) => Math.abs(value - smooth.data[i]!) < 1e-3)).toBe(true);
  });

  test.each([
    ['saturated from grey', saturated, picture(() => 0.5)],
    ['saturated from black', saturated, black],
    ['black from saturated', black, saturated],
    ['black from black', black, black],
    ['white from black', white, black],
    ['black from white', black, white],
  ])('%s: finite, in [0, 1], and of the right luminance', (_, reference, prediction) => {
    const differences = takeDifferences(reference, prediction);
    for (const plane of Object.values(differences) as Float32Array[])
      expect(plane.every(Number.isFinite)).toBe(true);
    const back = addDifferences(prediction, differences);
    expect(inRange(back)).toBe(true);
    const wanted = luminance(reference);
    // Where one colour alone would have to be brighter than PQ's peak, luminance cannot be had.
    const worst = luminance(back).reduce((most, value, i) => Math.max(most, value - wanted[i]!), 0);
    expect(worst).toBeLessThan(1e-3);
  });

  test('whatever damaged layers say: finite and in [0, 1]', () => {
    for (const value of [1e30, -1e30, Infinity, -Infinity, NaN]) {
      const plane = (length: number) => new Float32Array(length).fill(value);
      const wild: Differences = { luminance: plane(size), red: plane(size / 4), blue: plane(size / 4) };
      for (const prediction of [smooth, black, white, saturated])
        expect(inRange(addDifferences(prediction, wild))).toBe(true);
    }
  });
});
