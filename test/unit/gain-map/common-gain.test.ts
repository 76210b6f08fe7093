import { describe, expect, it } from 'vitest';
import { LUMA_BT709 } from '../../../src/codec/luminance.ts';
import { commonGainAt } from '../../../src/gain-map/common-gain.ts';
import { OFFSET, pairOf, type Pair } from '../../../src/gain-map/gains.ts';

/** 1.0 of `light` is SDR white here. */
function pairWith(codes: readonly number[], light: readonly number[]): Pair {
  const base = { width: codes.length / 3, height: 1, data: Uint8Array.from(codes) };
  return pairOf(base, Float32Array.from(light), 1);
}

/** What a display of the picture's peak shows of a pixel with these gains. */
function shownBy(pair: Pair, pixel: number, stops: readonly number[]): number[] {
  return stops.map((gain, c) => {
    const light = pair.shown[pair.codes[3 * pixel + c]!]! * 2 ** gain - OFFSET;
    return Math.min(Math.max(light, 0), pair.peak);
  });
}

const luminance = (light: ArrayLike<number>, at = 0): number =>
  LUMA_BT709.reduce((sum, weight, c) => sum + weight * light[at + c]!, 0);

function factorsOf([r, g, b]: readonly [number, number, number]): [number, number, number] {
  return [2 ** r, 2 ** g, 2 ** b];
}

function differenceInStops(pair: Pair, pixel: number, differences: readonly [number, number, number]) {
  const gain = commonGainAt(pair, pixel, factorsOf(differences));
  const shown = shownBy(
    pair,
    pixel,
    differences.map((difference) => difference + gain),
  );
  return Math.log2((luminance(shown) + OFFSET) / (luminance(pair.light, 3 * pixel) + OFFSET));
}

describe('the gain common to all channels', () => {
  it('leads to the luminance of the picture where a difference leaves every channel among what is shown', () => {
    const pair = pairWith([120, 130, 90], [0.9, 1.2, 0.4]);
    expect(differenceInStops(pair, 0, [0.1, 0, -0.2])).toBeCloseTo(0, 2);
  });

  it('makes up for channels that the differences lead below no light', () => {
    // A deep red: green and blue would be taken off the red's luminance.
    const pair = pairWith([98, 35, 26], [0.1, 0.001, 0.0008]);
    expect(differenceInStops(pair, 0, [1, -2.5, -3])).toBeCloseTo(0, 2);
  });

  it('makes up for channels that the differences lead above the peak', () => {
    const pair = pairWith([255, 254, 228], [19.7, 17.9, 5.6]);
    expect(differenceInStops(pair, 0, [0.6, 0, -0.4])).toBeCloseTo(0, 2);
  });

  it('finds it for any colours, differences and light', () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 0x7fff_ffff) / 0x7fff_ffff;
    const pixels = 3000;
    const codes = Array.from({ length: 3 * pixels }, () => Math.floor(256 * random()));
    const light = Array.from({ length: 3 * pixels }, () => (random() < 0.1 ? 0 : 2 ** (16 * random() - 12)));
    const pair = pairWith(codes, light);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const stops = (): number => 8 * random() - 4;
      expect(Math.abs(differenceInStops(pair, pixel, [stops(), stops(), stops()]))).toBeLessThan(0.01);
    }
  });

  it('is a number for a picture without light, and for one of nothing but its peak', () => {
    for (const light of [0, 20]) {
      const pair = pairWith([128, 128, 128, 0, 255, 7], new Array<number>(6).fill(light));
      for (const pixel of [0, 1]) {
        expect(Math.abs(commonGainAt(pair, pixel, factorsOf([2, -1, 0.5])))).toBeLessThan(32);
        expect(differenceInStops(pair, pixel, [2, -1, 0.5])).toBeCloseTo(0, 2);
      }
    }
  });
});
