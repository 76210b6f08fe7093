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

  it('reads old run lengths', async () => {
    const bytes = file(`${HEAD}\n-Y 2 +X 4\n`, ...ONE, 1, 1, 1, 3, ...ONE, ...ONE, 1, 1, 1, 2);
    expect([...(await read(bytes)).data]).toEqual(Array.from({ length: 8 }, () => [1, 0.5, 0.25]).flat());
  });

  it.each([
    ['XYZE', '#?RADIANCE\nFORMAT=32-bit_rle_xyze\n\n-Y 1 +X 1\n'],
    ['rows from the bottom', `${HEAD}\n+Y 1 +X 1\n`],
    ['columns first', `${HEAD}\n+X 1 -Y 1\n`],
  ])('refuses %s by name', async (_, header) => {
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
