import { expect, test } from 'vitest';
import { gain, rollOff } from '../../../src/browser/display/tone-map.ts';
import { srgbDecode, srgbEncode } from '../../../src/codec/srgb.ts';

test('the roll-off keeps shadows and mid tones, never falls, and never exceeds white', () => {
  expect(rollOff(-1)).toBe(0);
  expect(rollOff(0.18)).toBe(0.18);
  let before = 0;
  for (let light = 0; light < 60; light += 0.01) {
    const shown = rollOff(light);
    expect(shown).toBeGreaterThanOrEqual(before);
    expect(shown - before).toBeLessThanOrEqual(0.01 + 1e-9);
    expect(shown).toBeLessThanOrEqual(1);
    before = shown;
  }
  expect(before).toBeCloseTo(1, 6);
});

test('sRGB has the values of its standard, is mirrored below zero and goes on above one', () => {
  expect(srgbEncode(0.5)).toBeCloseTo(0.7354, 4);
  expect(srgbEncode(-0.5)).toBeCloseTo(-0.7354, 4);
  expect(srgbEncode(1)).toBeCloseTo(1, 12);
  expect(srgbEncode(4)).toBeGreaterThan(1.8);
  for (let code = 0; code < 256; code++)
    expect(255 * srgbEncode(srgbDecode(code / 255))).toBeCloseTo(code, 4);
});

test('a stop doubles light', () => {
  expect(gain(0)).toBe(1);
  expect(gain(3)).toBe(8);
  expect(gain(-1)).toBe(0.5);
});
