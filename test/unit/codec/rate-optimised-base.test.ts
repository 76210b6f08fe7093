import { describe, expect, test } from 'vitest';
import { pqPlanes } from '../../../src/codec/pq.ts';
import { baseStep, codeTonemapped, rateOptimisedBase } from '../../../src/codec/rate-optimised-base.ts';
import { rateToneCurve } from '../../../src/codec/tmo-mai.ts';
import { lumaQuantisation } from '../../../src/container/index.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { scene } from './pictures.ts';

const coder = nodeJpegCoder();

test('the step never rises with quality, and falls from one end to the other', () => {
  const steps = Array.from({ length: 100 }, (_, i) => baseStep(i + 1));
  for (let i = 1; i < 100; i++) expect(steps[i]).toBeLessThanOrEqual(steps[i - 1]!);
  expect(steps.every((step) => Number.isInteger(step) && step >= 1 && step <= 255)).toBe(true);
  expect(steps[79]).toBe(28);
  expect(steps[99]).toBeLessThan(steps[0]! / 3);
});

test('what the base looks like by itself can be held up, and nothing makes it coarser', () => {
  const { data } = scene(24, 16);
  const planes = pqPlanes(data, 5);
  const step = (sdrQuality: number): number =>
    lumaQuantisation(
      rateOptimisedBase(planes, rateToneCurve(planes), 24, 16, { quality: 80, sdrQuality }),
    )[0]!;
  expect([1, 40, 50, 75, 90, 100].map(step)).toEqual([28, 28, 24, 12, 5, 1]);
});

describe.each([
  [1, 1],
  [3, 5],
  [50, 34],
])('%d × %d', (width, height) => {
  const { data } = scene(width, height);
  const planes = pqPlanes(data, 5);

  test.each([1, 60, 100])('quality %d: a JPEG of flat tables', async (quality) => {
    const jpeg = rateOptimisedBase(planes, rateToneCurve(planes), width, height, { quality });
    expect([...lumaQuantisation(jpeg)]).toEqual(new Array(64).fill(baseStep(quality)));
    const decoded = await coder.decode(jpeg);
    expect([decoded.width, decoded.height]).toEqual([width, height]);
  });

  test('the same coding for a picture that is tone-mapped already', async () => {
    const sdr = Uint8Array.from({ length: data.length }, (_, i) => {
      const pixel = Math.trunc(i / 3);
      return 60 + [40, 20, 0][i % 3]! + (pixel % width) + Math.trunc(pixel / width);
    });
    const jpeg = codeTonemapped({ width, height, data: sdr }, { quality: 100 });
    expect([...lumaQuantisation(jpeg)]).toEqual(new Array(64).fill(baseStep(100)));
    const decoded = await coder.decode(jpeg);
    const worst = decoded.data.reduce((most, value, i) => Math.max(most, Math.abs(value - sdr[i]!)), 0);
    expect(worst).toBeLessThanOrEqual(2 * baseStep(100));
  });
});
