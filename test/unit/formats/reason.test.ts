import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { read } from '../../../src/formats/index.ts';
import { reason } from '../../../src/formats/sdr/reason.ts';

describe('why a picture cannot be decoded', () => {
  it.each([
    ['Input buffer has corrupt header: VipsJpeg: premature end of JPEG image', 'premature end of JPEG image'],
    ['Input buffer has corrupt header: source: bad seek to 129895\nheif: Invalid input', 'Invalid input'],
    ['Warning treated as error due to failOn setting\nsBIT: invalid\nsBIT: CRC error', 'sBIT: invalid'],
    ['VipsJpeg: Corrupt JPEG data: 12 extraneous bytes', 'Corrupt JPEG data: 12 extraneous bytes'],
    ['pngload_buffer: libpng read error', ''],
    ['Input buffer contains unsupported image format', ''],
    ['Unknown error', ''],
  ])('%j', (message, words) => {
    expect(reason(new Error(message))).toBe(words);
  });

  it('is said without the names of what says it', async () => {
    const create = { width: 64, height: 64, channels: 3, background: '#7a5' } as const;
    for (const kind of ['jpeg', 'png', 'webp', 'avif'] as const) {
      const file = await sharp({ create }).toFormat(kind).toBuffer();
      for (const share of [0.4, 0.8]) {
        const error = (await read(file.subarray(0, Math.floor(share * file.length))).catch(
          (thrown: unknown) => thrown,
        )) as Error;
        expect(error.message).not.toMatch(/vips|lib\w+ |Input buffer|failOn|sharp|: *$/i);
      }
    }
  });
});
