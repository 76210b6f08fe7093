import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { srgbDecode } from '../../../src/codec/srgb.ts';
import { resolveChromaticities } from '../../../src/formats/chromaticities.ts';
import { colourOfIcc } from '../../../src/formats/colour/icc.ts';
import { read } from '../../../src/formats/index.ts';

async function profile(name: 'srgb' | 'p3'): Promise<Uint8Array> {
  const grey = { create: { width: 2, height: 2, channels: 3 as const, background: '#777' } };
  const file = await sharp(grey).withIccProfile(name).png().toBuffer();
  return (await sharp(file).metadata()).icc!;
}

describe('ICC profiles', () => {
  it.each([
    ['srgb', 'bt709'],
    ['p3', 'display-p3'],
  ] as const)('%s: primaries and curve', async (name, primaries) => {
    const colour = colourOfIcc(await profile(name))!;
    expect(resolveChromaticities(colour.chromaticities)).toEqual({ primaries, matrix: null });
    expect(colour.transfer).toBe('sdr');
    for (const signal of [0, 0.02, 0.3, 0.8, 1])
      expect(colour.curves[1](signal)).toBeCloseTo(srgbDecode(signal), 3);
  });

  it('that are cut off, empty or no profile say nothing', async () => {
    const whole = await profile('p3');
    for (let length = 0; length < whole.length - 4; length += 7)
      expect(() => colourOfIcc(whole.subarray(0, length))).not.toThrow();
    expect(colourOfIcc(new Uint8Array(0))).toBeNull();
    expect(colourOfIcc(new Uint8Array(4096))).toBeNull();
  });
});

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), data, Buffer.alloc(4)]);
  bytes.writeUInt32BE(data.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
  return bytes;
}

/** A PNG of one pixel of 8 bits. */
function pngOf(rgb: readonly number[], ...chunks: [type: string, numbers: readonly number[]][]): Uint8Array {
  const numbers = (values: readonly number[]): Uint8Array => {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
    return bytes;
  };
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0)),
    ...chunks.map(([type, values]) => chunk(type, numbers(values))),
    chunk('IDAT', deflateSync(Uint8Array.from([0, ...rgb]))),
    chunk('IEND', new Uint8Array()),
  ]);
}

describe('PNG’s older colour chunks', () => {
  it('gAMA: linear light', async () => {
    const { data, hdr } = await read(pngOf([51, 102, 255], ['gAMA', [100_000]]));
    expect(hdr).toBe(false);
    [0.2, 0.4, 1].forEach((light, c) => {
      expect(data[c]).toBeCloseTo(light, 4);
    });
  });

  it('cHRM: other primaries, of which white is first', async () => {
    const p3 = [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6000];
    const { primaries, data } = await read(pngOf([128, 0, 0], ['gAMA', [45_455]], ['cHRM', p3]));
    expect(primaries).toBe('display-p3');
    expect(data[0]).toBeCloseTo(srgbDecode(128 / 255), 4);
    expect((await read(pngOf([128, 0, 0], ['gAMA', [45_455]]))).primaries).toBe('bt709');
  });

  it('cHRM: primaries that span no colours say nothing', async () => {
    const { primaries, data } = await read(pngOf([255, 128, 0], ['cHRM', Array<number>(8).fill(0)]));
    expect(primaries).toBe('bt709');
    expect(data[0]).toBe(1);
  });
});
