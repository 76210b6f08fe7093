import sharp from 'sharp';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pqDecode, pqEncode } from '../../../src/codec/pq.ts';
import { read, sniff } from '../../../src/formats/index.ts';
import { FIXTURE, fixture, fixtureSample, picture } from './pictures.ts';

const signals = picture(FIXTURE.width, FIXTURE.height, (x, y, c) =>
  Math.min(fixtureSample(x, y, c) / 20, 1),
).data;

/** BT.2100-3, table 5, written out once more: the inverse OETF and the OOTF of a display of 1000 cd/m². */
function hlgNits(rgb: readonly number[]): number[] {
  const scene = rgb.map((e) =>
    e <= 0.5 ? e ** 2 / 3 : (Math.exp((e - 0.55991073) / 0.17883277) + 0.28466892) / 12,
  );
  const luminance = 0.2627 * scene[0]! + 0.678 * scene[1]! + 0.0593 * scene[2]!;
  return scene.map((light) => 1000 * luminance ** 0.2 * light);
}

/** The chunk after a PNG's header. */
function withChunk(png: Uint8Array, type: string, data: Uint8Array): Uint8Array {
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(type), data, Buffer.alloc(4)]);
  chunk.writeUInt32BE(data.length);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
}

async function png16(cicp: readonly number[], orientation?: number): Promise<Uint8Array> {
  const codes = Uint16Array.from(signals, (signal) => Math.round(signal * 65_535));
  const raw = { ...FIXTURE, channels: 3, depth: 'ushort' } as const;
  const png = await sharp(codes, { raw }).toColourspace('rgb16').png().toBuffer();
  const coded = withChunk(png, 'cICP', Uint8Array.from(cicp));
  // One directory of one field: Orientation, a SHORT.
  const exif = [
    ...Buffer.from('II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0', 'latin1'),
    orientation ?? 1,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
  ];
  return orientation === undefined ? coded : withChunk(coded, 'eXIf', Uint8Array.from(exif));
}

function expectNits(
  data: Float32Array,
  nits: (rgb: readonly number[]) => readonly number[],
  step: number,
): void {
  for (let i = 0; i < data.length; i += 3) {
    const rgb = [...signals.subarray(i, i + 3)];
    const [low, high] = [rgb.map((s) => Math.max(0, s - step)), rgb.map((s) => Math.min(1, s + step))].map(
      nits,
    );
    for (let c = 0; c < 3; c++) {
      expect(data[i + c]! * 203).toBeGreaterThanOrEqual(low![c]! * 0.999 - 1e-4);
      expect(data[i + c]! * 203).toBeLessThanOrEqual(high![c]! * 1.001 + 1e-4);
    }
  }
}

const pqNits = (rgb: readonly number[]): number[] => rgb.map(pqDecode);

describe('PQ and HLG', () => {
  it.each([
    ['pq-12bit.avif', pqNits],
    ['hlg-12bit.avif', hlgNits],
  ])('%s: absolute light in BT.2020', async (name, nits) => {
    const bytes = fixture(name);
    expect(sniff(bytes)).toBe('avif');
    const { data, ...rest } = await read(bytes);
    expect(rest).toEqual({ ...FIXTURE, hdr: true, primaries: 'bt2020', nitsPerUnit: 203 });
    expectNits(data, nits, 1 / 4095);
  });

  it.each([
    ['pq-int16.jxl', pqNits],
    ['hlg-int16.jxl', hlgNits],
  ])('%s: absolute light in BT.2020', async (name, nits) => {
    const { data, ...rest } = await read(fixture(name));
    expect(rest).toEqual({ ...FIXTURE, hdr: true, primaries: 'bt2020', nitsPerUnit: 203 });
    expectNits(data, nits, 1 / 65_535);
  });

  // jxl-oxide brings what XYB says of colours beyond BT.709 into it.
  it('JPEG XL with loss keeps the colours of BT.709', async () => {
    const { data } = await read(fixture('pq-lossy.jxl'));
    const errors: number[] = [];
    for (let i = 0; i < data.length; i += 3) {
      const [r, g, b] = pqNits([...signals.subarray(i, i + 3)]) as [number, number, number];
      const bt709 = [
        1.6605 * r - 0.5876 * g - 0.0728 * b,
        -0.1246 * r + 1.1329 * g - 0.0083 * b,
        -0.0182 * r - 0.1006 * g + 1.1187 * b,
      ];
      if (bt709.some((light) => light < 0)) continue;
      for (let c = 0; c < 3; c++) errors.push(Math.abs(pqEncode(data[i + c]! * 203) - signals[i + c]!));
    }
    expect(errors.length).toBeGreaterThan(300);
    expect(errors.reduce((sum, error) => sum + error) / errors.length).toBeLessThan(0.005);
  });

  it.each([
    ['PQ', [9, 16, 0, 1], pqNits],
    ['HLG', [9, 18, 0, 1], hlgNits],
  ])('PNG of 16 bits in %s', async (_, cicp, nits) => {
    const { data, ...rest } = await read(await png16(cicp));
    expect(rest).toEqual({ ...FIXTURE, hdr: true, primaries: 'bt2020', nitsPerUnit: 203 });
    expectNits(data, nits, 1 / 65_535);
  });

  it('turns a PNG by its Exif orientation', async () => {
    const { data, width, height } = await read(await png16([9, 16, 0, 1], 6));
    expect([width, height]).toEqual([FIXTURE.height, FIXTURE.width]);
    const bottomLeft = signals.subarray((FIXTURE.height - 1) * FIXTURE.width * 3);
    for (let c = 0; c < 3; c++) expect(data[c]! * 203).toBeCloseTo(pqDecode(bottomLeft[c]!), 1);
  });

  it('refuses codes that stand for no screen’s colours', async () => {
    await expect(read(await png16([10, 16, 0, 1]))).rejects.toMatchObject({ code: 'unsupported_feature' });
    await expect(read(await png16([9, 11, 0, 1]))).rejects.toMatchObject({ code: 'unsupported_feature' });
  });
});
