import { expect, test } from 'vitest';
import { fromHalf } from '../../../src/browser/half-float.ts';
import { linearPicture, SDR_WHITE } from '../../../src/browser/linear-picture.ts';
import { pqEncode } from '../../../src/codec/pq.ts';

const NITS = [0, 0.05, 1, 36.5, 100, 203, 1000, 4000, 10_000];

function shown(primaries: 'bt709' | 'bt2020', pixel: (nits: number) => number[]): number[][] {
  const data = Float32Array.from(NITS.flatMap((nits) => pixel(nits).map(pqEncode)));
  const picture = linearPicture({ width: NITS.length, height: 1, data, primaries });
  return NITS.map((_, i) => [...picture.data.subarray(4 * i, 4 * i + 4)].map(fromHalf));
}

test('1.0 is SDR white, and light is kept within a thousandth from black to 10,000 cd/m²', () => {
  shown('bt709', (nits) => [nits, nits / 2, nits]).forEach(([red, green, blue, alpha], i) => {
    const light = NITS[i]! / SDR_WHITE;
    expect(red).toBe(blue);
    expect(alpha).toBe(1);
    expect(Math.abs(red! - light)).toBeLessThanOrEqual(1e-6 + light * 1e-3);
    expect(Math.abs(green! - light / 2)).toBeLessThanOrEqual(1e-6 + light * 1e-3);
  });
});

test('other primaries are turned into BT.709, in which grey stays grey', () => {
  shown('bt2020', (nits) => [nits, nits, nits]).forEach(([red, green, blue], i) => {
    const light = NITS[i]! / SDR_WHITE;
    for (const value of [red!, green!, blue!]) {
      expect(Math.abs(value - light)).toBeLessThanOrEqual(1e-6 + light * 2e-3);
    }
  });
});

test('signals beyond [0, 1] are clipped', () => {
  const data = Float32Array.of(-0.1, 1.1, 1);
  const { data: halves } = linearPicture({ width: 1, height: 1, data, primaries: 'bt709' });
  expect(halves[0]).toBe(0);
  expect(halves[1]).toBe(halves[2]);
});
