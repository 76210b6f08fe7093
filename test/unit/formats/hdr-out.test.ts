import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import decodeAvif, { init } from '@jsquash/avif/decode.js';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { pqDecode, pqEncode } from '../../../src/codec/pq.ts';
import { read, write } from '../../../src/formats/index.ts';
import { toBt2020 } from '../../../src/metrics/index.ts';
import { picture } from './pictures.ts';

/** Colours from black to 8,000 cd/m²: 1.0 is 100 cd/m². */
const scene = {
  ...picture(48, 32, (x, y, c) => (x < 4 ? 0 : 80 * ((x / 47) ** 4 * (0.2 + ((y + 11 * c) % 32) / 40)))),
  nitsPerUnit: 100,
};
const wanted = toBt2020(scene.data).map((light) => light * 100);

/** Largest difference in PQ between code values, `channels` to a pixel, and the scene. */
function furthest(codes: ArrayLike<number>, channels: number, peak: number): number {
  let most = 0;
  for (let i = 0; i < wanted.length; i++) {
    const code = codes[Math.floor(i / 3) * channels + (i % 3)]!;
    most = Math.max(most, Math.abs(code / peak - pqEncode(wanted[i]!)));
  }
  return most;
}

async function samplesOf(png: Uint8Array): Promise<Uint16Array> {
  const data = await sharp(png).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
  return new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
}

describe('PNG', () => {
  it('has 16 bits of PQ in BT.2020, and says so before its pixels', async () => {
    const png = Buffer.from(await write(scene, 'png'));
    const at = png.indexOf('cICP');
    expect(at).toBe(8 + 25 + 4);
    expect([...png.subarray(at + 4, at + 8)]).toEqual([9, 16, 0, 1]);
    const { width, height, channels, depth } = await sharp(png).metadata();
    expect({ width, height, channels, depth }).toEqual({
      width: 48,
      height: 32,
      channels: 3,
      depth: 'ushort',
    });
    const codes = await samplesOf(png);
    expect(furthest(codes, 3, 65_535)).toBeLessThan(3e-5);
  });

  it('is sound: every chunk has the checksum that libpng asks for', async () => {
    const png = await write(scene, 'png');
    await expect(sharp(png, { failOn: 'warning' }).stats()).resolves.toBeDefined();
  });
});

describe('AVIF', () => {
  beforeAll(async () => {
    const wasm = createRequire(import.meta.url).resolve('@jsquash/avif/codec/dec/avif_dec.wasm');
    await init(await WebAssembly.compile(await readFile(wasm)));
  });

  it('has 10 bits of PQ in BT.2020, and says so', async () => {
    const avif = Buffer.from(await write(scene, 'avif', { quality: 95 }));
    const at = avif.indexOf('colrnclx') + 8;
    expect([avif.readUInt16BE(at), avif.readUInt16BE(at + 2), avif[at + 6]]).toEqual([9, 16, 0x80]);
    expect([...avif.subarray(avif.indexOf('pixi') + 8).subarray(0, 4)]).toEqual([3, 10, 10, 10]);
    // Its types name a file that is not in the package.
    const decoding = decodeAvif(Uint8Array.from(avif).buffer, { bitDepth: 10 }) as Promise<unknown>;
    const image = (await decoding) as { width: number; height: number; data: Uint16Array };
    expect(image).toMatchObject({ width: 48, height: 32 });
    expect(furthest(image.data, 4, 1023)).toBeLessThan(0.03);
  });

  it('keeps every code value at quality 100', async () => {
    const avif = Uint8Array.from(await write(scene, 'avif', { quality: 100 }));
    const image = (await (decodeAvif(avif.buffer, { bitDepth: 10 }) as Promise<unknown>)) as {
      data: Uint16Array;
    };
    expect(furthest(image.data, 4, 1023)).toBeLessThan(0.5 / 1023 + 1e-4);
  });

  it('is the smaller, the lower its quality', async () => {
    const [low, high] = await Promise.all([20, 90].map((quality) => write(scene, 'avif', { quality })));
    expect(low!.length).toBeLessThan(high!.length * 0.7);
  });

  it('is refused for more pixels than its encoder has memory for', async () => {
    const large = { ...scene, width: 65_000, height: 1000, data: new Float32Array(0) };
    await expect(write(large, 'avif')).rejects.toMatchObject({ code: 'too_large' });
  });
});

describe('OpenEXR of half floats', () => {
  it('rounds to 11 bits, keeps what is beyond them finite, and says what 1.0 is', async () => {
    const bright = { ...scene, data: scene.data.map((light, i) => (i < 3 ? 1e6 : light)) };
    const bytes = await write(bright, 'exr', { half: true });
    expect(bytes.length).toBeLessThan((await write(bright, 'exr')).length);
    const { data } = await read(bytes);
    expect(data[0]).toBe(65_504);
    for (let i = 3; i < data.length; i++)
      expect(Math.abs(data[i]! - scene.data[i]!)).toBeLessThanOrEqual(scene.data[i]! / 2048);
    expect(Buffer.from(bytes).includes('whiteLuminance\0float\0')).toBe(true);
  });
});

describe('PQ files', () => {
  it('of Display P3 and BT.2020 keep colours that BT.709 has not', async () => {
    const green = { ...picture(2, 2, (_x, _y, c) => (c === 1 ? 2 : 0)), nitsPerUnit: 100 };
    for (const [primaries, share] of [
      ['bt2020', 0],
      ['display-p3', 0.198597],
    ] as const) {
      const [red] = await samplesOf(await write({ ...green, primaries }, 'png'));
      expect(pqDecode(red! / 65_535)).toBeCloseTo(200 * share, 1);
    }
  });

  it('of a picture without a scale have the scale that it is encoded with', async () => {
    const grey = { ...picture(8, 8, () => 7), nitsPerUnit: null };
    const [code] = await samplesOf(await write(grey, 'png'));
    expect(pqDecode(code! / 65_535)).toBeCloseTo(36.5, 1);
  });
});
