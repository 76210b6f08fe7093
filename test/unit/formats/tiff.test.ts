import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { srgbDecode } from '../../../src/codec/srgb.ts';
import { read, sniff } from '../../../src/formats/index.ts';
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
    const big = Uint8Array.from(fixture('grey-float.tif'));
    big[2] = 43;
    await expect(read(big)).rejects.toThrow('BigTIFF');
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
  });
});

/** Four pixels of float RGB in one strip of Deflate. */
function tiffOf(strip: Uint8Array, colours?: { white: number[]; primaries: number[] }): Uint8Array {
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, 3, 1, 2],
    [257, 3, 1, 2],
    [258, 3, 1, 32],
    [259, 3, 1, 8],
    [262, 3, 1, 2],
    [273, 4, 1, 512],
    [277, 3, 1, 3],
    [279, 4, 1, strip.length],
    ...(colours
      ? ([
          [318, 5, 2, 300],
          [319, 5, 6, 320],
        ] as [number, number, number, number][])
      : []),
    [339, 3, 1, 3],
  ];
  const head = Buffer.alloc(512);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8, 4);
  head.writeUInt16LE(entries.length, 8);
  entries.forEach(([tag, type, count, value], i) => {
    head.writeUInt16LE(tag, 10 + 12 * i);
    head.writeUInt16LE(type, 12 + 12 * i);
    head.writeUInt32LE(count, 14 + 12 * i);
    head.writeUInt32LE(value, 18 + 12 * i);
  });
  [...(colours?.white ?? []), ...(colours?.primaries ?? [])].forEach((value, i) => {
    const at = i < 2 ? 300 + 8 * i : 320 + 8 * (i - 2);
    head.writeUInt32LE(value, at);
    head.writeUInt32LE(10_000, at + 4);
  });
  return Buffer.concat([head, strip]);
}
