import { describe, expect, it } from 'vitest';
import {
  bdRate,
  measuredPicture,
  QualityReference,
  upperHull,
  type RatePoint,
} from '../../../src/metrics/index.ts';
import { pchip } from '../../../src/metrics/pchip.ts';
import { pu21 } from '../../../src/metrics/pu21.ts';
import { distortedRamp, HEIGHT, picture, ramp, WIDTH } from './pictures.ts';

// The expected values were computed once by an independent implementation in Python with NumPy, ../shared/tools/bench.py:
// `fast_metrics`, `prep_one`, `pchip`, `bd_rate` of the same pictures and points (np.mgrid for `ramp`). It computes colours
// in single precision.

const reference = new QualityReference(ramp(), WIDTH, HEIGHT);
const curve = (points: readonly (readonly [number, number])[]): RatePoint[] =>
  points.map(([rate, quality]) => ({ rate, quality }));

describe('quality', () => {
  it.each([
    [0.02, { puPsnrY: 55.21267, puSsim: 0.99988396, puPsnrRgb: 55.08877, deItp: 0.376508 }],
    [0.3, { puPsnrY: 31.49111, puSsim: 0.97396382, puPsnrRgb: 31.37385, deItp: 5.705615 }],
  ])('of an error of %d is what another implementation finds', (amount, expected) => {
    const quality = reference.compare(distortedRamp(amount));
    expect(quality.puPsnrY).toBeCloseTo(expected.puPsnrY, 3);
    expect(quality.puSsim).toBeCloseTo(expected.puSsim, 6);
    expect(quality.puPsnrRgb).toBeCloseTo(expected.puPsnrRgb, 3);
    expect(Math.abs(quality.deItp / expected.deItp - 1)).toBeLessThan(1e-3);
  });

  it('of the same picture is perfect', () => {
    const { puPsnrY, puSsim, puPsnrRgb, deItp } = reference.compare(ramp());
    expect([puPsnrY, puPsnrRgb, deItp]).toEqual([99, 99, 0]);
    expect(puSsim).toBeCloseTo(1, 12);
  });

  it('takes what is no number for black, and infinity for the peak', () => {
    const broken = ramp().fill(Number.NaN);
    expect(reference.compare(broken)).toEqual(reference.compare(ramp().fill(0)));
    expect(reference.compare(ramp().fill(Infinity))).toEqual(reference.compare(ramp().fill(4000)));
  });

  it('is not found of pictures of different sizes', () => {
    expect(() => reference.compare(new Float32Array(3))).toThrow(RangeError);
  });

  it.each([
    [0.005, 0],
    [1, 36.5439],
    [100, 256.384],
    [1000, 420.097],
    [10_000, 595.394],
  ])('PU21 of %d cd/m² is %d', (nits, expected) => {
    expect(pu21(nits)).toBeCloseTo(expected, 3);
  });
});

describe('the measured picture', () => {
  it('is averaged down, cropped, scaled and clipped', () => {
    const { width, height, data } = measuredPicture(picture(ramp(70, 50), 70, 50), 0.002);
    expect([width, height]).toEqual([48, 32]);
    const at = (row: number, column: number): number[] => [
      ...data.subarray((row * 48 + column) * 3).subarray(0, 3),
    ];
    const relative = (found: number[], expected: number[]): number =>
      Math.max(...found.map((v, i) => Math.abs(v / expected[i]! - 1)));
    expect(relative(at(3, 5), [0.183563754, 0.238215283, 0.185951754])).toBeLessThan(1e-5);
    expect(relative(at(20, 30), [389.631714, 205.248871, 81.858269])).toBeLessThan(1e-5);
    expect(data.reduce((sum, v) => sum + v, 0) / data.length).toBeCloseTo(877.1326, 1);
    expect([Math.min(...data), Math.max(...data)]).toEqual([expect.any(Number), 4000]);
  });

  it('keeps a small picture at its size, and refuses a tiny one', () => {
    expect(measuredPicture(picture(ramp(), WIDTH, HEIGHT), 0.6)).toMatchObject({
      width: WIDTH,
      height: HEIGHT,
    });
    expect(() => measuredPicture(picture(ramp(15, 40), 15, 40), 0.6)).toThrow(RangeError);
  });

  it('of black stays black', () => {
    const { data } = measuredPicture(picture(new Float32Array(16 * 16 * 3), 16, 16), 0.6);
    expect(new Set(data)).toEqual(new Set([Math.fround(0.005)]));
  });
});

describe('rates', () => {
  const a = curve([
    [0.3, 25],
    [0.6, 28.5],
    [1.1, 31],
    [2, 35],
    [4, 38],
  ]);
  const b = curve([
    [0.25, 24],
    [0.5, 28],
    [0.9, 31.5],
    [1.9, 34],
    [3, 39.5],
  ]);

  it('interpolate as another implementation does', () => {
    const found = pchip([0, 1, 3, 4, 6], [0, 2, 3, 3, 1], [0, 0.5, 1, 2, 3.3, 5, 6]);
    [0, 8 / 7, 2, 19 / 7, 3, 2.25, 1].forEach((expected, i) => {
      expect(found[i]).toBeCloseTo(expected, 12);
    });
  });

  it('differ by what another implementation finds', () => {
    expect(bdRate(a, b)).toBeCloseTo(-10.0174261, 6);
    expect(bdRate(b, a)).toBeCloseTo(11.1326289, 6);
  });

  it('differ by half where half is enough', () => {
    expect(
      bdRate(
        a,
        a.map(({ rate, quality }) => ({ rate: rate / 2, quality })),
      ),
    ).toBeCloseTo(-50, 9);
  });

  it('are not compared where there is too little in common', () => {
    expect(bdRate(a, b.slice(0, 2))).toBeNull();
    expect(
      bdRate(
        a,
        curve([
          [1, 37.9],
          [2, 40],
          [3, 50],
        ]),
      ),
    ).toBeNull();
  });

  it('lie on the upper hull without the points that cost more and give less', () => {
    const points = curve([
      [1, 30],
      [2, 31],
      [3, 36],
      [2.5, 20],
      [4, 36],
      [5, 37],
      [1, 28],
    ]);
    expect(upperHull(points)).toEqual(
      curve([
        [1, 30],
        [3, 36],
        [5, 37],
      ]),
    );
    expect(upperHull([])).toEqual([]);
  });
});
