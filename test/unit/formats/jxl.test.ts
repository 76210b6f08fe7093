import { describe, expect, it } from 'vitest';
import { readJxlHeader } from '../../../src/formats/jxl/header.ts';
import { probe, read, sniff } from '../../../src/formats/index.ts';
import { FIXTURE, fixture, fixtureSample } from './pictures.ts';

describe('JPEG XL', () => {
  it('keeps 16 bits', async () => {
    const bytes = fixture('int16.jxl');
    expect(sniff(bytes)).toBe('jxl');
    expect(probe(bytes)).toEqual({ kind: 'jxl', ...FIXTURE, hdr: false, headroom: null });
    const { data, ...rest } = await read(bytes);
    expect(rest).toEqual({ ...FIXTURE, hdr: false, primaries: 'bt709', nitsPerUnit: 203 });
    data.forEach((light, i) => {
      const pixel = Math.floor(i / 3);
      const wanted = fixtureSample(pixel % FIXTURE.width, Math.floor(pixel / FIXTURE.width), i % 3) / 20;
      expect(Math.abs(light - Math.min(wanted, 1))).toBeLessThan(2 / 65_535);
    });
  });

  it.each([
    ['PQ', 'pq-int16.jxl', null],
    ['HLG of 1000 cd/m²', 'hlg-int16.jxl', Math.log2(1000 / 203)],
    ['PQ with loss', 'pq-lossy.jxl', null],
  ])('knows %s by its header', (_, name, headroom) => {
    expect(probe(fixture(name).subarray(0, 200))).toEqual({ kind: 'jxl', ...FIXTURE, hdr: true, headroom });
  });

  it('takes a header that is cut for one of an SDR picture, and none for more than there is', () => {
    const bytes = fixture('pq-int16.jxl');
    const whole = readJxlHeader(bytes);
    for (let length = 0; length < 100; length++) {
      const found = readJxlHeader(bytes.subarray(0, length));
      if (length < 54) expect(found).toEqual({ floats: false, black: false, transfer: 'sdr', maxNits: null });
      else expect([whole, { ...whole, transfer: 'sdr' }]).toContainEqual(found);
    }
  });

  it('refuses CMYK', async () => {
    const error: unknown = await Promise.resolve(read(withBlack())).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'unsupported_feature' });
    expect((error as Error).message).toContain('CMYK');
  });

  it('refuses floats, whose light beyond white would be lost', async () => {
    await expect(read(fixture('float.jxl'))).rejects.toMatchObject({ code: 'unsupported_feature' });
  });

  it('holds it to the limits, and refuses it cut off anywhere', async () => {
    const bytes = fixture('int16.jxl');
    await expect(read(bytes, { maxPixels: 700 })).rejects.toMatchObject({ code: 'too_large' });
    for (let length = 16; length < bytes.length; length += 29)
      await expect(read(bytes.subarray(0, length)), `cut at ${length}`).rejects.toMatchObject({
        code: 'damaged',
      });
  });
});

/** The header of a codestream of 8 × 8 pixels with one extra channel, of black; each field from its lowest bit. */
function withBlack(): Uint8Array {
  const fields: [value: number, bits: number][] = [
    [1, 1], // a small size,
    [0, 5], // of 8 rows,
    [1, 3], // square
    [0, 1], // not all_default
    [0, 1], // no extra fields
    [0, 1], // integers
    [0, 2], // of 8 bits
    [1, 1], // modular_16bit_buffers
    [1, 2], // one extra channel,
    [0, 1], // not plain alpha
    [2, 2], // kind: 2 + 4 bits
    [2, 4], // black
    [0, 1], // integers
    [0, 2], // of 8 bits
    [0, 2], // dim_shift
    [0, 2], // no name
    [0, 1], // not XYB
    [1, 1], // sRGB
    [0, 2], // no extensions
    [1, 1], // default transform
  ];
  const bits = fields.flatMap(([value, count]) => Array.from({ length: count }, (_, i) => (value >> i) & 1));
  const bytes = Buffer.alloc(2 + 64);
  bytes.set([0xff, 0x0a]);
  bits.forEach((bit, i) => (bytes[2 + (i >> 3)]! |= bit << (i & 7)));
  return bytes;
}
