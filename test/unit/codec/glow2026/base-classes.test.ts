import { describe, expect, test } from 'vitest';
import { baseClasses } from '../../../../src/codec/glow2026/base-classes.ts';
import type { SdrPicture } from '../../../../src/codec/picture.ts';
import { random } from '../pictures.ts';

function picture(width: number, height: number, at: (x: number, y: number, c: number) => number): SdrPicture {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.trunc(i / 3);
    data[i] = at(pixel % width, Math.trunc(pixel / width), i % 3);
  }
  return { width, height, data };
}

describe('classes of the base', () => {
  test('grey without detail: the mean alone has a class', () => {
    const [luma, red, blue] = baseClasses(
      picture(16, 16, () => 128),
      16,
      16,
    );
    // 8 × 128 = 1024, in the last class; 128 − 128 is nothing.
    expect([...luma]).toEqual([...luma].map((_, i) => (i % 64 === 0 ? 5 : 0)));
    expect([...red, ...blue].every((found) => found === 0)).toBe(true);
    expect([luma.length, red.length, blue.length]).toEqual([256, 64, 64]);
  });

  test('colour has classes of its own', () => {
    const [, red, blue] = baseClasses(
      picture(16, 16, (_x, _y, c) => (c === 0 ? 255 : 0)),
      16,
      16,
    );
    // Luma (77 × 255) >> 8 = 76: red 179, blue −76, eight times over.
    expect([red[0], blue[0]]).toEqual([5, 5]);
  });

  test('no sample overflows: the extremes of contrast and colour', () => {
    for (const c of [0, 1, 2]) {
      const [luma, red, blue] = baseClasses(
        picture(16, 16, (x, y, channel) => (channel === c && (x + y) % 2 === 0 ? 255 : 0)),
        16,
        16,
      );
      for (const plane of [luma, red, blue]) expect(plane.every((found) => found <= 5)).toBe(true);
      // A chequerboard's highest frequency is its strongest beside the mean.
      expect(luma[63]).toBe(c === 2 ? 4 : 5);
      expect(Math.max(...luma.subarray(1, 64))).toBe(luma[63]);
    }
  });

  test('beyond the base its last row and column go on', () => {
    const next = random(4);
    const small = picture(19, 5, () => Math.floor(256 * next()));
    const padded = picture(32, 16, (x, y, c) => small.data[3 * (Math.min(y, 4) * 19 + Math.min(x, 18)) + c]!);
    expect(baseClasses(small, 16, 32)).toEqual(baseClasses(padded, 16, 32));
  });

  test('the classes of a fixed picture never change: they decide how layers are parsed', () => {
    const next = random(5);
    const fixed = picture(16, 16, (x, y, c) => 8 * x + 5 * y + 20 * c + Math.floor(20 * next()));
    expect(baseClasses(fixed, 16, 16).map((plane) => plane.join(''))).toEqual([
      '5502001040110100001011102001201010101111110000101111201101120001550320014000101100201111210111020011110022001101102102201200111155110011400121010001111031001011000121121021000111101110211121015512121041210101011100111111110010101112001110112000010101111111',
      '5010011101010002001011012011101110112121101011011100010010001000',
      '5111100000210110001200000001111011200001011110110212110020101001',
    ]);
  });
});
