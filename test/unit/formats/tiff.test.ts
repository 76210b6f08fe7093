import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { srgbDecode } from '../../../src/codec/srgb.ts';
import { probe, read, sniff } from '../../../src/formats/index.ts';
import { buildTiff } from './tiff-builder.ts';
import { FIXTURE, fixture, fixtureSample, picture } from './pictures.ts';

const wanted = picture(FIXTURE.width, FIXTURE.height, fixtureSample);

/** The greatest relative error against what the fixtures show. */
function worst(data: Float32Array, sample: (light: number) => number = (light) => light): number {
  return data.reduce((most, value, i) => {
    const right = sample(wanted.data[i]!);
    return Math.max(most, Math.abs(value - right) / right);
  }, 0);
}

describe('TIFF', () => {
  it.each([
    ['lzw-predictor-float', 1e-6],
    ['deflate-predictor-float', 1e-6],
    ['deflate-half', 5e-4],
    ['tiled-lzw-float', 1e-6],
    ['planar-packbits-float', 1e-6],
    ['big-endian-double', 1e-6],
    ['big-endian-predictor-float', 1e-6],
  ])('%s: linear light of no said scale', async (name, tolerance) => {
    const bytes = fixture(`${name}.tif`);
    expect(sniff(bytes)).toBe('tiff');
    const { data, ...rest } = await read(bytes);
    expect(rest).toEqual({ ...FIXTURE, hdr: true, primaries: 'bt709', nitsPerUnit: null });
    expect(worst(data)).toBeLessThan(tolerance);
  });

  it('reads grey, and shows what is transparent on black', async () => {
    const grey = await read(fixture('grey-float.tif'));
    expect([...grey.data.subarray(0, 3)]).toEqual(Array(3).fill(Math.fround(0.05)));
    expect(worst((await read(fixture('alpha-float.tif'))).data, (light) => light / 2)).toBeLessThan(1e-6);
  });

  it.each([
    ['turned-int16', 1e-4],
    ['int8', 0.03],
  ])('%s is SDR', async (name, tolerance) => {
    const { data, ...rest } = await read(fixture(`${name}.tif`));
    expect(rest).toEqual({ ...FIXTURE, hdr: false, primaries: 'bt709', nitsPerUnit: 203 });
    data.forEach((light, i) => {
      expect(Math.abs(light - srgbDecode(Math.min(wanted.data[i]! / 20, 1)))).toBeLessThan(tolerance);
    });
  });

  it('refuses what it does not read by name', async () => {
    await expect(read(fixture('zstd-float.tif'))).rejects.toMatchObject({ code: 'unsupported_feature' });
  });

  it.each([
    ['little', false],
    ['big', true],
  ])('reads BigTIFF, %s end first', async (_, bigEndian) => {
    const strip = Buffer.alloc(48);
    for (let i = 0; i < 12; i++)
      if (bigEndian) strip.writeFloatBE(2 ** (i - 4), 4 * i);
      else strip.writeFloatLE(2 ** (i - 4), 4 * i);
    const file = buildTiff({ 258: 32, 339: 3 }, strip, { bigEndian, big: true });
    expect(probe(file)).toMatchObject({ kind: 'tiff', width: 2, height: 2, hdr: true });
    expect([...(await read(file)).data]).toEqual(Array.from({ length: 12 }, (_, i) => 2 ** (i - 4)));
    for (let length = 8; length < file.length; length += 11)
      await expect(read(file.subarray(0, length)), `at ${length}`).rejects.toMatchObject({ code: 'damaged' });
  });

  it('reads BigTIFF of integers', async () => {
    const white = sharp({ create: { width: 5, height: 3, channels: 3, background: 'white' } });
    const codes = await white.tiff({ bigtiff: true }).toBuffer();
    expect(codes[2]).toBe(43);
    const { data, ...rest } = await read(codes);
    expect(rest).toMatchObject({ width: 5, height: 3, hdr: false });
    expect(data.every((light) => light === 1)).toBe(true);
  });

  it('refuses a file that is cut off anywhere', async () => {
    for (const name of ['lzw-predictor-float', 'planar-packbits-float', 'deflate-half'])
      for (let length = 8; length < fixture(`${name}.tif`).length - 16; length += 97)
        await expect(
          read(fixture(`${name}.tif`).subarray(0, length)),
          `${name} at ${length}`,
        ).rejects.toMatchObject({
          code: 'damaged',
        });
  });

  it.each([
    ['24-bit integers', 'unsupported_feature', { 258: 24 }],
    ['32-bit integers', 'unsupported_feature', { 258: 32 }],
    ['signed numbers', 'unsupported_feature', { 339: 2 }],
    ['four bits of several samples', 'unsupported_feature', { 258: 4 }],
    ['the JPEG of TIFF 6.0', 'unsupported_feature', { 259: 6 }],
    ['Zstandard', 'unsupported_feature', { 259: 50_000 }],
    ['CIELAB of 8 bits', 'unsupported_feature', { 262: 8 }],
    ['LogL', 'unsupported_feature', { 262: 32_844, 339: 2, 258: 16 }],
    ['DNG', 'unsupported_format', { 254: 1, 50_706: 0x401 }],
    ['a camera’s preview and what is behind it', 'unsupported_format', { 254: 1, 330: 8 }],
    ['a sensor’s colour filters', 'unsupported_format', { 262: 32_803, 277: 1 }],
  ] as const)('says that %s is not read, and not that it is damaged', async (_, code, fields) => {
    const bytes = buildTiff(fields, new Uint8Array(64));
    await expect(read(bytes)).rejects.toMatchObject({ code });
    expect(() => probe(bytes)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('reads past what libtiff warns of in a directory: an alpha that no tag announces', async () => {
    const strip = Uint8Array.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255]);
    const { data, hdr } = await read(buildTiff({ 277: 4 }, strip));
    expect(hdr).toBe(false);
    expect([...data]).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1]);
  });

  it('refuses integers whose tiles or strips are damaged', async () => {
    const noise = Uint8Array.from({ length: 100 * 100 * 3 }, (_, i) => (i * 7919) % 251);
    const picture = sharp(noise, { raw: { width: 100, height: 100, channels: 3 } });
    for (const compression of ['lzw', 'deflate'] as const)
      for (const tile of [false, true]) {
        const bytes = await picture
          .clone()
          .tiff({ compression, tile, tileWidth: 64, tileHeight: 64 })
          .toBuffer();
        bytes.fill(0x55, bytes.length / 2, bytes.length / 2 + 200);
        await expect(read(bytes), `${compression} ${tile}`).rejects.toMatchObject({ code: 'damaged' });
      }
  });

  it('reads LogLuv as HDR', async () => {
    // 16 and 1 as log2(Y) · 256 + 64 · 256, and the white of D65 as 410 u′, 410 v′, by planes of bytes in runs of two.
    const uv = [Math.round(410 * 0.1978), Math.round(410 * 0.4683)];
    const row = (stops: number): number[] => [64 + stops, 0, ...uv].flatMap((byte) => [0x80, byte]);
    const bytes = buildTiff(
      { 258: 16, 259: 34_676, 262: 32_845, 339: 2 },
      Uint8Array.from([...row(4), ...row(0)]),
    );
    expect(probe(bytes)).toMatchObject({ width: 2, height: 2, hdr: true });
    const { data, hdr, primaries, nitsPerUnit } = await read(bytes);
    expect({ hdr, primaries, nitsPerUnit }).toEqual({ hdr: true, primaries: 'bt2020', nitsPerUnit: null });
    for (let i = 0; i < 6; i++) {
      expect(data[i]! / data[i + 6]!).toBeCloseTo(16, 2);
      expect(Math.abs(data[i]! / data[i - (i % 3)]! - 1)).toBeLessThan(0.2);
    }
  });

  it.each([
    ['little', false],
    ['big', true],
  ])('reads floats of 24 bits, %s end first', async (_, swap) => {
    // A sign, 7 bits of exponent less 63, 16 of mantissa: 1, 1.5, 1024, 2⁻⁶², 2⁻⁷⁸, 0, −2 and 3 ⁄ 4 three times.
    const codes = [0x3f0000, 0x3f8000, 0x490000, 0x010000, 0x000001, 0, 0xc00000, 0x3e8000, 0x3e8000];
    const strip = [...codes, ...Array<number>(3).fill(0x3e8000)].flatMap((code) => {
      const bytes = [code & 0xff, (code >> 8) & 0xff, code >> 16];
      return swap ? bytes.reverse() : bytes;
    });
    const bytes = buildTiff({ 258: 24, 339: 3 }, Uint8Array.from(strip), { bigEndian: swap });
    const { data } = await read(bytes);
    expect([...data]).toEqual([1, 1.5, 1024, 2 ** -62, 2 ** -78, 0, 0, ...Array<number>(5).fill(0.75)]);
  });

  it('says nothing of a file whose bits or profile are beyond its end, or beyond what a probe sees', () => {
    for (const field of [{ 258: [3, 3, 600] }, { 339: [3, 3, 600] }, { 34_675: [7, 200, 600] }] as const)
      expect(() => probe(buildTiff(field, new Uint8Array(12)))).toThrow('its directory');
  });

  it('stops a strip that would inflate without end', async () => {
    const bytes = tiffOf(deflateSync(Buffer.alloc(20_000_000)));
    const before = process.memoryUsage().arrayBuffers;
    await expect(read(bytes)).rejects.toMatchObject({ code: 'damaged' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  it('takes a profile’s primaries, and chromaticities where there is none', async () => {
    const p3 = [0.68, 0.32, 0.265, 0.69, 0.15, 0.06].map((value) => Math.round(value * 1e4));
    const bytes = tiffOf(deflateSync(new Uint8Array(48).fill(0)), { white: [3127, 3290], primaries: p3 });
    expect((await read(bytes)).primaries).toBe('display-p3');
    const none = tiffOf(deflateSync(new Uint8Array(48)), { white: [0, 0], primaries: p3 });
    expect((await read(none)).primaries).toBe('bt709');
  });
});

/** Four pixels of float RGB in one strip of Deflate. */
function tiffOf(strip: Uint8Array, colours?: { white: number[]; primaries: number[] }): Uint8Array {
  const bytes = buildTiff(
    { 259: 8, 258: 32, 339: 3, ...(colours ? { 318: [5, 2, 300], 319: [5, 6, 320] } : {}) },
    strip,
  );
  [...(colours?.white ?? []), ...(colours?.primaries ?? [])].forEach((value, i) => {
    const at = i < 2 ? 300 + 8 * i : 320 + 8 * (i - 2);
    bytes.writeUInt32LE(value, at);
    bytes.writeUInt32LE(10_000, at + 4);
  });
  return bytes;
}
