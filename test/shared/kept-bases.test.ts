import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { cut, jpegSegments, MARKER, stripToBase } from '../../src/container/index.ts';
import { read } from '../../src/formats/index.ts';
import { findGainMap } from '../../src/formats/ultra-hdr/find.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { renderEncode } from '../../src/origin/render.ts';
import { turnedJpeg } from '../unit/container/jpegs.ts';

const UPLOADS = new URL('../../../shared/data/uploads/', import.meta.url);
const parts = {
  jpeg: nodeJpegCoder(),
  maxPixels: 64_000_000,
  networks: () => Promise.reject(new Error('Nothing here needs a network.')),
};

/** Everything of a JPEG that its pixels are made of: tables, frame, scans. */
function coded(jpeg: Uint8Array): Buffer {
  const kept = Array.from(jpegSegments(jpeg)).filter(
    ({ marker }) => marker !== MARKER.SOI && (marker < 0xe0 || marker > 0xef),
  );
  return Buffer.concat(kept.map(({ offset, end }) => jpeg.subarray(offset, end)));
}

const upload = async (name: string) => new Uint8Array(await readFile(new URL(name, UPLOADS)));
const rendered = async (body: Uint8Array) =>
  (await renderEncode(body, { variant: {}, model: 'none' }, parts)).bytes;

describe('an uploaded JPEG with a gain map', () => {
  test.each([
    ['ultrahdr-pixel6pro.jpg', 1],
    ['ultrahdr-pixel6pro.jpg', 6],
    ['ultrahdr-android-night-highrise.jpg', 1],
    ['libavif-seine_sdr_gainmap_srgb.jpg', 1],
    ['libavif-seine_sdr_gainmap_srgb.jpg', 7],
  ])(
    '%s, which Exif turns as %i says, comes back pixel for pixel, base and map',
    async (name, orientation) => {
      const original = await upload(name);
      const body = orientation === 1 ? original : turnedJpeg(original, orientation);
      const bytes = await rendered(body);
      const back = cut(bytes, { hdr: 'gainmap' });
      expect(coded(stripToBase(back)).equals(coded(stripToBase(body)))).toBe(true);
      expect(coded(cut(bytes, { hdr: '0' })).equals(coded(stripToBase(body)))).toBe(true);
      const [before, after] = [findGainMap(body)!, findGainMap(back)!];
      expect(
        coded(back.subarray(after.start, after.end)).equals(coded(body.subarray(before.start, before.end))),
      ).toBe(true);
      const [source, shown] = [await read(body), await read(back)];
      expect(shown.primaries).toBe(source.primaries);
      // What is said of the map in XMP's decimals is said in ISO 21496-1's fractions, too, which readers prefer.
      const off = source.data.findIndex((light, i) => Math.abs(light - shown.data[i]!) > 1e-5 * (light + 1));
      expect(off).toBe(-1);
    },
    120_000,
  );

  test('of Apple keeps its base, and gets a map that everybody reads', async () => {
    const body = await upload('libavif-apple_gainmap_new.jpg');
    const back = cut(await rendered(body), { hdr: 'gainmap' });
    expect(coded(stripToBase(back)).equals(coded(stripToBase(body)))).toBe(true);
    expect(findGainMap(back)!.meaning.by).toBe('iso');
    const [source, shown] = [await read(body), await read(back)];
    const off = source.data.filter((light, i) => Math.abs(light - shown.data[i]!) > 0.05 * (light + 0.05));
    expect(off.length / source.data.length).toBeLessThan(0.01);
  });
});
