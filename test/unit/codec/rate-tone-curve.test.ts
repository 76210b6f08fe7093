import { describe, expect, test } from 'vitest';
import { maiToneCurve, rateToneCurve } from '../../../src/codec/tmo-mai.ts';
import { random } from './pictures.ts';

const next = random(9);
const pictures: [string, Float32Array][] = [
  ['tones crowded in the dark', Float32Array.from({ length: 9000 }, () => 0.1 + 0.7 * next() ** 4)],
  ['even tones', Float32Array.from({ length: 9000 }, (_, i) => i / 9000)],
  ['two tones', Float32Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? 0.25 : 0.75))],
  ['one tone', new Float32Array(300).fill(0.5)],
  ['black', new Float32Array(300)],
  ['peak', new Float32Array(300).fill(1)],
];

describe.each(pictures)('the tone curve for a rate: %s', (_, planes) => {
  const curve = rateToneCurve(planes);
  const mai = maiToneCurve(planes);

  test('rises from 0 to 255', () => {
    expect(curve).toHaveLength(mai.length);
    expect(curve[0]).toBe(0);
    expect(curve.at(-1)).toBeCloseTo(255, 6);
    for (let i = 1; i < curve.length; i++) expect(curve[i]).toBeGreaterThanOrEqual(curve[i - 1]!);
  });

  test("lies between Mai's and a straight line over the tones that there are", () => {
    const first = mai.findLastIndex((value) => value === 0);
    const last = mai.findIndex((value) => value > 255 - 1e-6);
    for (let i = first; i <= last; i++) {
      const straight = (255 * (i - first)) / (last - first);
      expect(curve[i]).toBeGreaterThanOrEqual(Math.min(mai[i]!, straight) - 1e-6);
      expect(curve[i]).toBeLessThanOrEqual(Math.max(mai[i]!, straight) + 1e-6);
    }
  });
});
