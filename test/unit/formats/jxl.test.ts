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
      if (length < 54) expect(found).toEqual({ floats: false, transfer: 'sdr', maxNits: null });
      else expect([whole, { ...whole, transfer: 'sdr' }]).toContainEqual(found);
    }
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
