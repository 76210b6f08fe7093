import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyInverseToneCurve, fitInverseToneCurve } from '../../../src/codec/itmo.ts';
import { monotone, solveBanded } from '../../../src/codec/least-squares.ts';
import { guessNitsPerUnit, headroomStops, luminance } from '../../../src/codec/luminance.ts';
import { linearFromPq, pqDecode, pqEncode, pqPlanes } from '../../../src/codec/pq.ts';
import { toBt709 } from '../../../src/codec/primaries.ts';
import { applyToneCurve, maiToneCurve } from '../../../src/codec/tmo-mai.ts';
import { reinhard } from '../../../src/codec/tmo-reinhard.ts';
import type { HdrPicture } from '../../../src/codec/picture.ts';

/** A ramp over ten stops with a little structure, (h, w, 3). */
function ramp(width: number, height: number): HdrPicture {
  const data = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const y = 2 ** (10 * ((i % width) / width) - 5) * (1 + 0.1 * Math.sin(i));
    data.set([y, 0.8 * y, 0.5 * y], 3 * i);
  }
  return { width, height, data, primaries: 'bt709', nitsPerUnit: null };
}

describe('PQ (SMPTE ST 2084)', () => {
  it.each([
    [0, 0],
    [0.005, 0.0151],
    [100, 0.508078],
    [203, 0.580689],
    [1000, 0.751827],
    [10_000, 1],
  ])('%d cd/m² is %d', (nits, signal) => {
    expect(pqEncode(nits)).toBeCloseTo(signal, 4);
  });

  it('comes back within 1e-9 of full scale', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 10_000, noNaN: true }), (nits) => {
        expect(Math.abs(pqDecode(pqEncode(nits)) - nits)).toBeLessThan(1e-5);
      }),
    );
  });

  it('clips what it cannot say', () => {
    expect(pqEncode(1e9)).toBe(1);
    expect(pqEncode(-1)).toBe(pqEncode(0));
    expect(pqDecode(2)).toBe(10_000);
  });

  it('lays interleaved pixels out in planes, in absolute luminance', () => {
    const planes = pqPlanes(Float32Array.of(1, 2, 3, 4, 5, 6), 100);
    expect([...planes]).toEqual([100, 400, 200, 500, 300, 600].map((nits) => Math.fround(pqEncode(nits))));
    const back = linearFromPq(Float32Array.of(planes[0]!, planes[2]!, planes[4]!), 100);
    expect(back[0]).toBeCloseTo(1, 4);
  });
});

describe('luminance', () => {
  it('takes the trimmed geometric mean to 36.5 cd/m²', () => {
    const y = new Float32Array(1000).fill(2);
    y[0] = 1e30; // outside the 1st to 99th percentile
    expect(guessNitsPerUnit(y)).toBeCloseTo(18.25, 5);
  });

  it('gives a picture without light the reference white', () => {
    expect(guessNitsPerUnit(new Float32Array(4))).toBe(203);
  });

  it('says headroom in stops over 203 cd/m², never below zero', () => {
    expect(headroomStops(new Float32Array(100).fill(8), 203)).toBeCloseTo(3, 5);
    expect(headroomStops(new Float32Array(100).fill(0.1), 203)).toBe(0);
  });
});

describe('primaries', () => {
  it.each(['bt2020', 'display-p3'] as const)('keeps white and grey of %s', (primaries) => {
    const data = Float32Array.of(1, 1, 1, 0.18, 0.18, 0.18);
    const { data: out } = toBt709({ width: 2, height: 1, data, primaries, nitsPerUnit: 1 });
    out.forEach((v, i) => {
      expect(v).toBeCloseTo(data[i]!, 4);
    });
  });

  it('clips colours outside BT.709', () => {
    const green = { width: 1, height: 1, data: Float32Array.of(0, 1, 0), nitsPerUnit: 1 };
    expect([...toBt709({ ...green, primaries: 'bt2020' }).data].every((v) => v >= 0)).toBe(true);
  });
});

describe('TMO', () => {
  it('Mai: rises, uses all code values and gives common tones more of them', () => {
    const planes = new Float32Array(3000).fill(0.5);
    planes.fill(0.1, 0, 10);
    planes.fill(0.9, 10, 20);
    const curve = maiToneCurve(planes);
    for (let k = 1; k < curve.length; k++) expect(curve[k]).toBeGreaterThanOrEqual(curve[k - 1]!);
    expect(curve[0]).toBe(0);
    expect(curve.at(-1)).toBeCloseTo(255, 9);
    const slope = (at: number) => curve[Math.floor(at * 1024) + 1]! - curve[Math.floor(at * 1024)]!;
    expect(slope(0.5)).toBeGreaterThan(5 * slope(0.3));
  });

  it.each([0, 1, 0.5])('Mai: a flat picture of %d stays within code values', (value) => {
    const planes = new Float32Array(12).fill(value);
    const { data } = applyToneCurve(planes, maiToneCurve(planes), 2, 2);
    expect(new Set(data).size).toBe(1);
  });

  it('Reinhard: keeps the order of luminances and survives black', () => {
    const { data } = reinhard(ramp(64, 1));
    expect(data[3 * 60]).toBeGreaterThan(data[3 * 5]!);
    const black = {
      width: 1,
      height: 1,
      data: new Float32Array(3),
      primaries: 'bt709',
      nitsPerUnit: null,
    } as const;
    expect([...reinhard(black).data]).toEqual([0, 0, 0]);
  });
});

describe('ITMO', () => {
  it('undoes the tone curve to within its quantisation', () => {
    const picture = ramp(256, 16);
    const nits = guessNitsPerUnit(luminance(picture.data));
    const reference = pqPlanes(picture.data, nits);
    const sdr = applyToneCurve(reference, maiToneCurve(reference), 256, 16);
    const prediction = applyInverseToneCurve(sdr, fitInverseToneCurve(sdr, reference));
    let squares = 0;
    reference.forEach((v, i) => (squares += (v - prediction[i]!) ** 2));
    expect(Math.sqrt(squares / reference.length)).toBeLessThan(2e-3);
  });

  it('of a nearly even channel, whose light falls where its codes rise, is that light’s mean', () => {
    const codes = Uint8Array.from({ length: 3 * 256 }, (_, i) => 129 + (Math.floor(i / 3) % 3));
    const reference = Float32Array.from({ length: 3 * 256 }, (_, i) => 0.6 - 0.1 * ((i % 256) % 3));
    const sdr = { width: 16, height: 16, data: codes };
    for (const v of applyInverseToneCurve(sdr, fitInverseToneCurve(sdr, reference)))
      expect(v).toBeCloseTo(0.5, 2);
  });

  it('rises everywhere and is finite for any base', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 48, maxLength: 48 }),
        fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
        (data, values) => {
          const reference = Float32Array.from({ length: 48 }, () => values.next().value as number);
          for (const knots of fitInverseToneCurve({ width: 4, height: 4, data }, reference)) {
            for (let k = 1; k < knots.length; k++) expect(knots[k]).toBeGreaterThanOrEqual(knots[k - 1]!);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('least squares', () => {
  it('solves a banded system', () => {
    const main = Float64Array.of(6, 7, 8, 9);
    const first = Float64Array.of(1, 2, 1, 0);
    const second = Float64Array.of(0.5, 0.25, 0, 0);
    const x = [1, -2, 3, 0.5];
    const a = [
      [6, 1, 0.5, 0],
      [1, 7, 2, 0.25],
      [0.5, 2, 8, 1],
      [0, 0.25, 1, 9],
    ];
    const right = Float64Array.from(a, (row) => row.reduce((sum, v, j) => sum + v * x[j]!, 0));
    solveBanded([main, first, second], right).forEach((v, i) => {
      expect(v).toBeCloseTo(x[i]!, 10);
    });
  });

  it('pools adjacent violators', () => {
    const values = Float64Array.of(1, 3, 2, 2, 5);
    expect([...monotone(values, new Float64Array(5).fill(1))]).toEqual([1, 7 / 3, 7 / 3, 7 / 3, 5]);
    expect([...monotone(values, Float64Array.of(1, 2, 1, 1, 1))]).toEqual([1, 2.5, 2.5, 2.5, 5]);
    expect([...monotone(Float64Array.of(9, 6, 3), Float64Array.of(1, 1, 2))]).toEqual([5.25, 5.25, 5.25]);
  });
});
