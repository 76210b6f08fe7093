import { FloatType } from 'three';
import { HDRLoader } from 'three/examples/jsm/loaders/HDRLoader.js';
import { describe, expect, it } from 'vitest';
import { read, sniff, write } from '../../../src/formats/index.ts';
import { FIXTURE, fixture, fixtureSample, picture } from './pictures.ts';

const file = (header: string, ...pixels: number[]): Uint8Array =>
  Buffer.concat([Buffer.from(header, 'latin1'), Buffer.from(pixels)]);
const HEAD = '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n';
const ONE = [128, 64, 32, 129];

describe('Radiance', () => {
  it('reads what OpenCV wrote', async () => {
    const bytes = fixture('gradient.hdr');
    expect(sniff(bytes)).toBe('hdr');
    const found = await read(bytes);
    const wanted = picture(FIXTURE.width, FIXTURE.height, fixtureSample);
    for (let i = 0; i < wanted.data.length; i += 3) {
      const peak = Math.max(...wanted.data.subarray(i, i + 3));
      for (let c = 0; c < 3; c++)
        expect(Math.abs(found.data[i + c]! - wanted.data[i + c]!)).toBeLessThan(peak / 127);
    }
  });

  it('agrees with three, but for its divisor of 255', async () => {
    const wanted = picture(40, 3, (x, y, c) => (x < 20 ? 0.7 : 2 ** (x - 25) * (1 + c)) * (y + 1));
    const bytes = await write(wanted, 'hdr');
    const loader = new HDRLoader();
    loader.type = FloatType;
    const { data } = loader.parse(bytes.buffer as ArrayBuffer) as { data: Float32Array };
    const found = await read(bytes);
    found.data.forEach((value, i) => {
      expect((data[Math.floor(i / 3) * 4 + (i % 3)]! * 255) / 256 / value).toBeCloseTo(1, 6);
    });
  });

  it('divides by every EXPOSURE and COLORCORR', async () => {
    const bytes = file(`${HEAD}EXPOSURE=2\nEXPOSURE= 4.0\nCOLORCORR=1 0.5 1\n\n-Y 1 +X 1\n`, ...ONE);
    expect([...(await read(bytes)).data]).toEqual([1 / 8, 1 / 8, 1 / 32]);
  });

  it('reads PRIMARIES', async () => {
    const bytes = file(`${HEAD}PRIMARIES=.708 .292 .17 .797 .131 .046 .3127 .329\n\n-Y 1 +X 1\n`, ...ONE);
    expect((await read(bytes)).primaries).toBe('bt2020');
  });

  it('takes the PRIMARIES that Photoshop writes, all zeros, for none', async () => {
    const bytes = file(`${HEAD}PRIMARIES=0 0 0 0 0 0 0 0\n\n-Y 1 +X 1\n`, ...ONE);
    expect(await read(bytes)).toMatchObject({ primaries: 'bt709', width: 1, height: 1 });
  });

  it('reads old run lengths', async () => {
    const bytes = file(`${HEAD}\n-Y 2 +X 4\n`, ...ONE, 1, 1, 1, 3, ...ONE, ...ONE, 1, 1, 1, 2);
    expect([...(await read(bytes)).data]).toEqual(Array.from({ length: 8 }, () => [1, 0.5, 0.25]).flat());
  });

  it('reads XYZE, whose white is that of equal energy', async () => {
    const xyze = HEAD.replace('rgbe', 'xyze');
    const { data, primaries } = await read(file(`${xyze}\n-Y 1 +X 1\n`, 128, 128, 128, 129));
    expect(primaries).toBe('bt2020');
    data.forEach((value) => {
      expect(value).toBeCloseTo(1, 3);
    });
  });

  // 2 × 3 pixels, whose red says where they are when they are shown: 1 2 / 3 4 / 5 6.
  it.each([
    ['-Y 3 +X 2', [1, 2, 3, 4, 5, 6]],
    ['-Y 3 -X 2', [2, 1, 4, 3, 6, 5]],
    ['+Y 3 +X 2', [5, 6, 3, 4, 1, 2]],
    ['+Y 3 -X 2', [6, 5, 4, 3, 2, 1]],
    ['+X 2 -Y 3', [1, 3, 5, 2, 4, 6]],
    ['+X 2 +Y 3', [5, 3, 1, 6, 4, 2]],
    ['-X 2 -Y 3', [2, 4, 6, 1, 3, 5]],
    ['-X 2 +Y 3', [6, 4, 2, 5, 3, 1]],
  ])('turns scanlines that go %s', async (axes, stored) => {
    const pixels = stored.flatMap((n) => [n * 16, 0, 0, 128]);
    const { data, width, height } = await read(file(`${HEAD}\n${axes}\n`, ...pixels));
    expect([width, height]).toEqual([2, 3]);
    expect([0, 1, 2, 3, 4, 5].map((i) => data[3 * i]! * 16)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses an unknown FORMAT by name', async () => {
    const header = '#?RADIANCE\nFORMAT=16-bit\n\n-Y 1 +X 1\n';
    await expect(read(file(header, ...ONE))).rejects.toMatchObject({ code: 'unsupported_feature' });
  });

  it.each([
    ['no end of the header', HEAD],
    ['no resolution', `${HEAD}\nthe picture\n`],
    ['a zero exposure', `${HEAD}EXPOSURE=0\n\n-Y 1 +X 1\n`],
    ['a run before any pixel', `${HEAD}\n-Y 1 +X 4\n\x01\x01\x01\x04`],
    ['a scanline of another length', `${HEAD}\n-Y 1 +X 8\n\x02\x02\x00\x09${'\x88\x01'.repeat(4)}`],
    ['a run beyond its scanline', `${HEAD}\n-Y 1 +X 8\n\x02\x02\x00\x08${'\x8f\x01'.repeat(4)}`],
    ['no pixels', `${HEAD}\n-Y 0 +X 8\n`],
  ])('refuses %s as damaged', async (_, header) => {
    await expect(read(file(header))).rejects.toMatchObject({ code: 'damaged' });
  });
});
