import { deflateSync, crc32 } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { srgbDecode } from '../../../src/codec/srgb.ts';
import { writeLayered } from '../../../src/container/index.ts';
import { FormatError, probe, read, readHeader, sniff, write } from '../../../src/formats/index.ts';
import { picture } from './pictures.ts';

type Kind = 'jpeg' | 'png' | 'webp' | 'avif';
const KINDS: Kind[] = ['jpeg', 'png', 'webp', 'avif'];
const SIZE = { width: 48, height: 30 };

/** A ramp that every codec keeps well: red across, green down, blue flat. */
const codes = Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, i) => {
  const pixel = Math.floor(i / 3);
  return [5 * (pixel % SIZE.width), 8 * Math.floor(pixel / SIZE.width), 96][i % 3]!;
});
const ramp = () => sharp(codes, { raw: { ...SIZE, channels: 3 } });
const fileOf = (kind: Kind) =>
  kind === 'png'
    ? ramp().png().toBuffer()
    : ramp().toFormat(kind, { quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
const codeOf = (bytes: Uint8Array, options = {}): Promise<string> =>
  read(bytes, options).then(
    () => 'read',
    (error: unknown) => (error instanceof FormatError ? error.code : `not named: ${String(error)}`),
  );

/** A PNG of one black pixel with a chunk before its pixels. */
function pngWith(type: string, data: Uint8Array): Uint8Array {
  const chunk = (name: string, body: Uint8Array) => {
    const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(name), body, Buffer.alloc(4)]);
    bytes.writeUInt32BE(body.length);
    bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
    return bytes;
  };
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0)),
    chunk(type, data),
    chunk('IDAT', deflateSync(Uint8Array.of(0, 0, 0, 0))),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** The file with an APPn segment after its SOI. */
const withSegment = (jpeg: Uint8Array, marker: number, text: string) =>
  Buffer.concat([
    jpeg.subarray(0, 2),
    Uint8Array.of(0xff, marker, 0, text.length + 2),
    Buffer.from(text, 'latin1'),
    jpeg.subarray(2),
  ]);

describe('SDR pictures', () => {
  it.each(KINDS)('%s: linear light of 203 cd/m² per unit, not HDR', async (kind) => {
    const bytes = await fileOf(kind);
    expect(sniff(bytes)).toBe(kind);
    expect(await readHeader(bytes)).toEqual({ kind, ...SIZE });
    const { data, ...rest } = await read(bytes);
    expect(rest).toEqual({ ...SIZE, hdr: false, primaries: 'bt709', nitsPerUnit: 203 });
    const worst = data.reduce(
      (most, light, i) => Math.max(most, Math.abs(light - srgbDecode(codes[i]! / 255))),
      0,
    );
    expect(worst).toBeLessThan(kind === 'png' ? 1e-6 : 0.08);
  });

  it('reads the still picture of an AVIF sequence', async () => {
    const sequence = Uint8Array.from(await fileOf('avif'));
    sequence.set(Buffer.from('avis'), 8);
    expect(await read(sequence)).toEqual(await read(await fileOf('avif')));
  });

  it('says in libheif’s words what is wrong with an AVIF', async () => {
    const bytes = Uint8Array.from(await fileOf('avif'));
    bytes.fill(0xff, bytes.length - 200);
    const error: unknown = await read(bytes).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'damaged' });
    expect((error as Error).message).toMatch(/^the picture cannot be decoded: .*exceeds/);
    expect((error as Error).message).not.toContain('bad seek');
  });

  it.each([
    ['a1op', Uint8Array.of(2), 256],
    ['lsel', Uint8Array.of(0, 0), 512],
  ])('says of an AVIF that shows a smaller one of its layers what to do: %s', async (type, asked, side) => {
    const create = { width: side, height: side, channels: 3 as const, background: '#c04020' };
    const bytes = await sharp({ create }).avif().toBuffer();
    // In the place of the property that says the bits, which nothing needs; the layer itself is smaller than what is coded.
    const pixi = bytes.indexOf('pixi', 0, 'latin1');
    bytes.write(type, pixi, 'latin1');
    bytes.set(asked, pixi + 4);
    bytes.writeUInt32BE(16, bytes.indexOf('ispe', 0, 'latin1') + 8);
    const error: unknown = await read(bytes).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'unsupported_feature' });
    expect((error as Error).message).toContain('AVIF of one layer');
    bytes.write('free', pixi, 'latin1');
    expect(await codeOf(bytes)).toBe('damaged');
  });

  it('says of HDR files that they are', async () => {
    const bytes = await write(
      picture(4, 3, () => 1),
      'pfm',
    );
    expect((await read(bytes)).hdr).toBe(true);
  });

  it.each(KINDS)('turns a %s by its EXIF orientation', async (kind) => {
    const bytes = await ramp().withMetadata({ orientation: 6 }).toFormat(kind, { quality: 95 }).toBuffer();
    expect(await readHeader(bytes)).toEqual({ kind, width: SIZE.height, height: SIZE.width });
    const { data, width } = await read(bytes);
    expect(width).toBe(SIZE.height);
    // Clockwise: what was left and bottom is now left and top.
    expect([data[0]! < 0.02, data[1]! > 0.6]).toEqual([true, true]);
  });

  it('reads grey, palettes and 16 bits', async () => {
    const grey = await ramp().toColourspace('b-w').png().toBuffer();
    const { data } = await read(grey);
    expect(data.length).toBe(SIZE.width * SIZE.height * 3);
    expect(data[300]).toBe(data[301]);
    expect(await codeOf(await ramp().png({ palette: true }).toBuffer())).toBe('read');
    const deep = await read(await ramp().toColourspace('rgb16').png().toBuffer());
    expect(deep.data[3 * 40]).toBeCloseTo(srgbDecode(200 / 255), 3);
  });

  it('brings another profile’s colours to sRGB', async () => {
    const white = { create: { width: 8, height: 8, channels: 3 as const, background: '#c04020' } };
    const p3 = await sharp(white).withIccProfile('p3').png().toBuffer();
    const { data } = await read(p3);
    // The same colour, within the rounding of 8 bits twice.
    expect(data[0]).toBeCloseTo(srgbDecode(0xc0 / 255), 1);
    expect(data[1]).toBeCloseTo(srgbDecode(0x40 / 255), 1);
  });

  it('lays what is transparent on the background', async () => {
    const glass = {
      create: { width: 2, height: 2, channels: 4 as const, background: { r: 255, g: 0, b: 0, alpha: 0 } },
    };
    for (const kind of ['png', 'webp'] as const) {
      const bytes = await sharp(glass).toFormat(kind).toBuffer();
      expect([...(await read(bytes)).data.subarray(0, 3)]).toEqual([1, 1, 1]);
      const { data } = await read(bytes, { background: '0000ff' });
      expect([...data.subarray(0, 3)]).toEqual([0, 0, 1]);
    }
  });

  it.each(KINDS)('holds a %s to the limits before its pixels are decoded', async (kind) => {
    const bytes = await fileOf(kind);
    expect(await codeOf(bytes, { maxPixels: SIZE.width * SIZE.height - 1 })).toBe('too_large');
    expect(await codeOf(bytes, { maxDimension: 47 })).toBe('too_large');
    expect(await codeOf(bytes, { maxPixels: SIZE.width * SIZE.height, maxDimension: 48 })).toBe('read');
  });

  it('refuses a header that claims 30,000 × 30,000 pixels', async () => {
    const bytes = Buffer.from(await fileOf('png'));
    bytes.writeUInt32BE(30_000, 16);
    bytes.writeUInt32BE(30_000, 20);
    bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29);
    expect(await codeOf(bytes)).toBe('too_large');
  });

  it.each(KINDS)('refuses a %s cut off anywhere', async (kind) => {
    const bytes = await fileOf(kind);
    for (let length = 16; length < bytes.length - 12; length += Math.ceil(bytes.length / 40))
      expect(['damaged', 'unsupported_format'], `cut at ${length}`).toContain(
        await codeOf(bytes.subarray(0, length)),
      );
  });
});

describe('files of formats that hold SDR pictures and HDR ones', () => {
  it.each([
    ['PQ', Uint8Array.of(9, 16, 0, 1), true, 'bt2020'],
    ['HLG', Uint8Array.of(12, 18, 0, 1), true, 'display-p3'],
    ['sRGB', Uint8Array.of(1, 13, 0, 1), false, 'bt709'],
    ['a wide gamut', Uint8Array.of(12, 13, 0, 1), false, 'display-p3'],
  ])('PNG with cICP: %s', async (_, cicp, hdr, primaries) => {
    expect(await read(pngWith('cICP', cicp))).toMatchObject({ hdr, primaries, nitsPerUnit: 203 });
  });

  it('PNG with the profile that means PQ', async () => {
    const profile = Buffer.concat([Buffer.from('ITUR_2100_PQ_FULL\0\0'), deflateSync(new Uint8Array(9))]);
    expect(await read(pngWith('iCCP', profile))).toMatchObject({ hdr: true, primaries: 'bt2020' });
  });

  it.each([
    ['PQ', 16, true],
    ['HLG', 18, true],
    ['sRGB', 13, false],
  ])('AVIF with nclx: %s', async (_, transfer, hdr) => {
    // A profile's box is rewritten: colour_primaries, transfer_characteristics, matrix_coefficients, full_range_flag.
    const bytes = Buffer.from(await ramp().withMetadata().avif().toBuffer());
    const at = bytes.indexOf('colrrICC');
    expect(at).toBeGreaterThan(0);
    bytes.set([...Buffer.from('nclx'), 0, 1, 0, transfer, 0, 1, 0x80], at + 4);
    expect((await read(bytes)).hdr).toBe(hdr);
  });

  it.each([
    ['XMP', 0xe1, 'http://ns.adobe.com/xap/1.0/\0<x xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"/>'],
    ['ISO 21496-1', 0xe2, 'urn:iso:std:iso:ts:21496:-1\0\0\0\0\0'],
  ])('JPEG that announces a gain map by %s: SDR where an editor dropped it', async (_, marker, text) => {
    const jpeg = await fileOf('jpeg');
    const bare = withSegment(jpeg, marker, text);
    expect(await read(bare)).toMatchObject({ ...SIZE, hdr: false });
    expect(probe(bare)).toEqual({ kind: 'jpeg', ...SIZE, hdr: false, headroom: null });
    // Not where the bytes end before it could come, or where there is a picture that nothing describes.
    expect(probe(bare.subarray(0, -10))).toMatchObject({ kind: 'ultrahdr', hdr: true });
    expect(await codeOf(bare.subarray(0, -10))).toBe('damaged');
    expect(await codeOf(Buffer.concat([bare, jpeg]))).toBe('unsupported_feature');
  });

  it('JPEG of 12 bits', async () => {
    const bytes = Buffer.from(await fileOf('jpeg'));
    const frame = bytes.indexOf(Buffer.of(0xff, 0xc0));
    bytes[frame + 1] = 0xc1;
    bytes[frame + 4] = 12;
    const error: unknown = await read(bytes).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'unsupported_feature' });
    expect((error as Error).message).toContain('12 bits');
  });

  it('our own layered file, whose layers would be lost', async () => {
    const curve = Uint16Array.of(0, 40_000);
    const layered = writeLayered({
      base: await fileOf('jpeg'),
      header: {
        modelId: 'none',
        modelDigest: new Uint8Array(32),
        ...SIZE,
        primaries: 1,
        nitsPerUnit: 203,
        headroom: 3,
        inverseToneCurve: [curve, curve, curve],
        tile: { core: 512, encoder: 0, decoder: 0, post: 0 },
      },
      layers: [],
    });
    expect(await codeOf(layered)).toBe('unsupported_feature');
  });
});
