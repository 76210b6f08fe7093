import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  exifOrientation,
  jpegOrientation,
  layoutIndex,
  parseLayoutIndex,
  readLayout,
  shownSize,
} from '../../../src/container/index.ts';
import { ORIENTATIONS, turnedJpeg } from './jpegs.ts';

const upright = await sharp({ create: { width: 48, height: 32, channels: 3, background: '#864' } })
  .jpeg()
  .toBuffer();

/** A TIFF of one directory. */
function tiff(
  entries: readonly { tag: number; type?: number; count?: number; value: number }[],
  { little = true, at = 8, claims = entries.length } = {},
): Uint8Array {
  const bytes = new Uint8Array(at + 2 + 12 * entries.length + 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, at, little);
  view.setUint16(at, claims, little);
  entries.forEach(({ tag, type = 3, count = 1, value }, i) => {
    const entry = at + 2 + 12 * i;
    view.setUint16(entry, tag, little);
    view.setUint16(entry + 2, type, little);
    view.setUint32(entry + 4, count, little);
    view.setUint16(entry + 8, value, little);
  });
  return bytes;
}
const TAG = 0x0112;
const OTHER = { tag: 0x0100, value: 5 };

describe('orientation', () => {
  test.each(ORIENTATIONS)(
    '%i of a JPEG is what libvips reads, and exchanges its sides if it must',
    async (o) => {
      const jpeg = turnedJpeg(upright, o);
      const { orientation, autoOrient } = await sharp(jpeg).metadata();
      expect(jpegOrientation(jpeg)).toBe(orientation);
      const layout = readLayout(jpeg);
      expect(layout).toMatchObject({ kind: 'sdr', width: 48, height: 32, orientation: o });
      expect(shownSize(layout)).toEqual(autoOrient);
      expect(parseLayoutIndex(layoutIndex(layout))).toMatchObject(autoOrient);
    },
  );

  test('is 1 where nothing is said, also behind the scan', () => {
    expect(jpegOrientation(upright)).toBe(1);
    expect(jpegOrientation(Buffer.concat([upright, turnedJpeg(upright, 6)]))).toBe(1);
  });

  test('is that of the first Exif segment', () => {
    expect(jpegOrientation(turnedJpeg(turnedJpeg(upright, 3), 6))).toBe(6);
  });

  test.each([true, false])('is read in either order of bytes, wherever the directory is', (little) => {
    expect(exifOrientation(tiff([OTHER, { tag: TAG, value: 8 }], { little, at: 33 }))).toBe(8);
  });

  test('of a type, count or value that browsers do not take is none', () => {
    for (const entry of [
      { tag: TAG, type: 4, value: 6 },
      { tag: TAG, count: 2, value: 6 },
      { tag: TAG, value: 0 },
      { tag: TAG, value: 9 },
    ])
      expect(exifOrientation(tiff([entry]))).toBe(1);
  });

  test('of a TIFF that is damaged or cut anywhere is what is left, and never throws', () => {
    const whole = tiff([OTHER, { tag: TAG, value: 7 }], { claims: 0xffff });
    expect(exifOrientation(whole)).toBe(7);
    for (let end = 0; end < whole.length; end++) {
      expect(exifOrientation(whole.subarray(0, end))).toBe(end < 8 + 2 + 24 ? 1 : 7);
    }
    for (const at of [0, 7, 0xffffffff]) {
      const bytes = tiff([{ tag: TAG, value: 6 }]);
      new DataView(bytes.buffer).setUint32(4, at, true);
      expect(exifOrientation(bytes)).toBe(1);
    }
  });
});
