import { describe, expect, test } from 'vitest';
import type { Plane } from '../../../../src/codec/glow2026/directional.ts';
import { orientedBands } from '../../../../src/codec/glow2026/oriented-bands.ts';
import { response, sensitivities } from '../../../../src/codec/glow2026/viewer.ts';
import { visibleShares } from '../../../../src/codec/glow2026/visibility.ts';
import { nitsToPq } from '../../../../src/codec/pq-tables.ts';
import { random } from '../pictures.ts';

const [height, width] = [256, 96];
const across = width / 8;

function plane(value: (x: number, y: number) => number): Plane {
  const data = Float32Array.from({ length: height * width }, (_, i) =>
    value(i % width, Math.trunc(i / width)),
  );
  return { height, width, data };
}

function strength({ data }: Plane): number {
  return Math.sqrt(data.reduce((sum, sample) => sum + sample * sample, 0) / data.length);
}

describe('the viewer', () => {
  test('responds to luminance in just noticeable differences, ever more of them', () => {
    const nits = [0.01, 0.1, 1, 10, 100, 1000];
    const found = response(Float32Array.from(nits, nitsToPq));
    for (let i = 1; i < found.length; i++) expect(found[i]).toBeGreaterThan(found[i - 1]!);
    // L / ΔL of 30.162 in bright light (HDR-VDP-2, csf_sa): a decade has 30.162 · ln 10 of them.
    expect(found[5]! - found[4]!).toBeCloseTo(30.162 * Math.LN10, 0);
  });

  test('sees contrast best in bright light, and fine detail less well', () => {
    const [dark, bright] = [nitsToPq(0.05), nitsToPq(100)];
    const [coarse, fine] = [3.75, 15].map((f) => sensitivities(f)(Float32Array.of(dark, bright)));
    expect(coarse![1]).toBeGreaterThan(coarse![0]!);
    expect(fine![1]! / coarse![1]!).toBeGreaterThan(fine![0]! / coarse![0]!);
    expect(fine![0]).toBeLessThan(coarse![0]!);
  });
});

describe('oriented bands', () => {
  const scales = [1, 1, 1, 1];

  test('a flat plane has none', () => {
    for (const band of orientedBands(
      plane(() => 7),
      scales,
    )) {
      for (const orientation of band) expect(strength(orientation)).toBeLessThan(1e-5);
    }
  });

  test.each([
    { name: 'right', band: 1, k: 0, wave: (x: number) => Math.sin((Math.PI / 2) * x + 0.7) },
    { name: 'down', band: 1, k: 2, wave: (_: number, y: number) => Math.sin((Math.PI / 2) * y + 0.7) },
    { name: 'right, coarser', band: 2, k: 0, wave: (x: number) => Math.sin((Math.PI / 4) * x + 0.7) },
    { name: 'down right', band: 1, k: 1, wave: (x: number, y: number) => Math.sin((Math.PI / 3) * (x + y)) },
    { name: 'down left', band: 1, k: 3, wave: (x: number, y: number) => Math.sin((Math.PI / 3) * (y - x)) },
  ])('a wave to the $name is strongest in its own', ({ band, k, wave }) => {
    const strengths = orientedBands(plane(wave), scales)
      .slice(1)
      .map((level) => level.map(strength));
    const most = Math.max(...strengths.flat());
    expect(strengths[band - 1]![k]).toBe(most);
  });

  test('noise is as strong in every orientation, and half as strong from level to level', () => {
    const next = random(3);
    const [fine, ...levels] = orientedBands(
      plane(() => next() - 0.5),
      scales,
    );
    const strengths = levels.flatMap((level, k) => level.map((band) => 2 ** k * strength(band)));
    for (const each of strengths) expect(Math.abs(each / strengths[0]! - 1)).toBeLessThan(0.15);
    expect(strength(fine![0]!)).toBeGreaterThan(strengths[0]!);
  });
});

describe('visible shares', () => {
  const next = random(5);
  /** Smooth on the left, busy on the right. */
  const reference = plane((x) => 0.5 + (x < 48 ? 0 : 0.08 * (next() - 0.5)));
  const wrongAt = (...blocks: number[]): Plane => {
    const data = reference.data.slice();
    for (const block of blocks) {
      const corner = 8 * (Math.trunc(block / across) * width + (block % across));
      for (let i = 0; i < 64; i++) {
        data[corner + Math.trunc(i / 8) * width + (i % 8)]! += i % 4 < 2 ? 0.01 : -0.01;
      }
    }
    return { ...reference, data };
  };
  const total = (shares: readonly Float64Array[], block: number): number =>
    shares.reduce((sum, by) => sum + by[block]!, 0);

  test('of all blocks are the weights of the bands', () => {
    const shares = visibleShares(reference, wrongAt(30, 34, 200));
    expect(shares.length).toBe(13);
    const sums = shares.map((by) => by.reduce((sum, share) => sum + share, 0));
    const weights = [
      0.2832,
      ...Array<number>(4).fill(0.2142),
      ...Array<number>(4).fill(0.269),
      ...Array<number>(4).fill(0.0398),
    ];
    sums.forEach((sum, k) => {
      expect(sum).toBeCloseTo(weights[k]!, 9);
    });
  });

  test('lie where the error is', () => {
    const block = 20 * across + 2;
    const shares = visibleShares(reference, wrongAt(block));
    const found = reference.data.length / 64;
    const most = Array.from({ length: found }, (_, i) => total(shares, i));
    expect(most.indexOf(Math.max(...most))).toBe(block);
  });

  test('are larger in smooth places than in busy ones, which mask an error', () => {
    const [smooth, busy] = [12 * across + 2, 12 * across + 9];
    const shares = visibleShares(reference, wrongAt(smooth, busy));
    expect(total(shares, smooth)).toBeGreaterThan(5 * total(shares, busy));
  });

  test('are the same on both sides of a border between strips', () => {
    // Rows 184…199: the strips are 192 rows high.
    const [above, below] = [23 * across + 2, 24 * across + 2];
    const shares = visibleShares(
      plane(() => 0.5),
      {
        ...reference,
        data: wrongAt(above, below).data.map((value, i) => 0.5 + value - reference.data[i]!),
      },
    );
    expect(total(shares, above) / total(shares, below)).toBeCloseTo(1, 1);
  });

  test('of equal pictures are none', () => {
    const shares = visibleShares(reference, reference);
    expect(shares.flatMap((by) => [...by]).every((share) => share === 0)).toBe(true);
  });
});
