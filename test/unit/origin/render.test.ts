import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { decode } from '../../../src/codec/index.ts';
import { cut, parseLayoutIndex, readLayout, stripToBase } from '../../../src/container/index.ts';
import type { FileFormat } from '../../../src/delivery/file-format.ts';
import { parseVariant } from '../../../src/delivery/variant.ts';
import { read, write } from '../../../src/formats/index.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { probe } from '../../../src/origin/probe.ts';
import { renderEncode } from '../../../src/origin/render.ts';
import { scaled, transform } from '../../../src/origin/transform/index.ts';
import { QualityReference } from '../../../src/metrics/index.ts';

const parts = {
  jpeg: nodeJpegCoder(),
  maxPixels: 100_000,
  networks: () => Promise.reject(new Error('Nothing here needs a network.')),
};
/** Without a network: what is looked at is what the base and the header say. */
async function render(body: Uint8Array, query = '') {
  const variant = parseVariant(new URLSearchParams(query));
  const { bytes, layout } = await renderEncode(body, { variant, model: 'none' }, parts);
  return { bytes, layout: parseLayoutIndex(layout) };
}
const pixelsOf = async (jpeg: Uint8Array) =>
  sharp(stripToBase(jpeg)).raw().toBuffer({ resolveWithObject: true });
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0) / values.length;

const SIZE = { width: 80, height: 48 };
const ramp = () =>
  sharp(
    Uint8Array.from(
      { length: SIZE.width * SIZE.height * 3 },
      (_, i) => [3 * (Math.floor(i / 3) % 80), 120, 60][i % 3]!,
    ),
    { raw: { ...SIZE, channels: 3 } },
  );
/** Taken on its side at 48° 51′ N. */
const snapshot = () =>
  ramp()
    .withExif({ IFD0: { Artist: 'somebody' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

describe('an SDR picture', () => {
  test.each(['', 'w=80', 'w=5000&h=5000', 'fit=cover&w=80&h=48', 'crop=0,0,48,80'])(
    'passes through where "%s" changes nothing, byte for byte but for its place',
    async (query) => {
      const upright = query.includes('crop') || query.includes('5000') || query === '';
      const photo = upright ? await snapshot() : await ramp().jpeg().toBuffer();
      const { bytes, layout } = await render(photo, query);
      expect(bytes.length).toBe(photo.length);
      const scan = photo.indexOf(Buffer.of(0xff, 0xdb));
      expect(Buffer.compare(bytes.subarray(scan), photo.subarray(scan))).toBe(0);
      if (!upright) expect(Buffer.compare(bytes, photo)).toBe(0);
      expect(layout.kind).toBe('sdr');
    },
  );

  test('is sent without what a file has after its end', async () => {
    const photo = await ramp().jpeg().toBuffer();
    const { bytes } = await render(Buffer.concat([photo, Buffer.from('thumbnails and the like')]));
    expect(Buffer.compare(bytes, photo)).toBe(0);
  });

  test.each(['q=70', 'w=40', 'rotate=90', 'blur=1', 'ev=0.5', 'crop=1,1,20,20'])(
    'is coded anew by "%s": turned upright, without its place, with its author',
    async (query) => {
      const photo = await snapshot();
      const before = await sharp(photo).metadata();
      expect([before.orientation, before.exif !== undefined]).toEqual([6, true]);
      const { bytes, layout } = await render(photo, query);
      const after = await sharp(bytes).metadata();
      expect([after.orientation ?? 1, after.icc, after.xmp]).toEqual([1, undefined, undefined]);
      expect(after.exif!.includes('somebody')).toBe(true);
      expect(after.exif!.includes(Buffer.from('300000000100000033000000', 'hex'))).toBe(false);
      expect(layout).toMatchObject({ kind: 'sdr', width: after.width, height: after.height });
      const upright = { 'w=40': [40, 67], 'rotate=90': [80, 48], 'crop=1,1,20,20': [20, 20] }[query] ?? [
        48, 80,
      ];
      expect([after.width, after.height]).toEqual(upright);
    },
  );

  test.each(['png', 'webp', 'avif'] as const)('becomes a plain JPEG: %s', async (kind) => {
    const { bytes } = await render(await ramp().toFormat(kind).toBuffer());
    expect(readLayout(bytes)).toMatchObject({ kind: 'sdr', ...SIZE, trailing: 0 });
    const { data } = await pixelsOf(bytes);
    expect(
      Math.abs(mean(data) - mean((await ramp().raw().toBuffer({ resolveWithObject: true })).data)),
    ).toBeLessThan(2);
  });

  test('whose gain map an editor dropped is sent without the announcement, and that is said', async () => {
    const photo = await ramp().jpeg().toBuffer();
    const xmp = Buffer.from(
      'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:RDF><rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"/></rdf:RDF></x:xmpmeta>',
    );
    const segment = Buffer.concat([Buffer.of(0xff, 0xe1, 0, xmp.length + 2), xmp]);
    const { bytes, layout } = await render(Buffer.concat([photo.subarray(0, 2), segment, photo.subarray(2)]));
    expect(Buffer.compare(bytes, photo)).toBe(0);
    expect(layout).toMatchObject({ kind: 'sdr', notices: ['gain_map_missing'] });
  });

  test('that few clients show, in CMYK, is coded anew', async () => {
    const { bytes } = await render(await ramp().toColourspace('cmyk').jpeg().toBuffer());
    expect((await sharp(bytes).metadata()).channels).toBe(3);
  });

  test('has no layers, however many are asked for', async () => {
    const png = await ramp().png().toBuffer();
    const { layout } = await renderEncode(png, { variant: {}, layers: 4 }, parts);
    expect(parseLayoutIndex(layout).kind).toBe('sdr');
  });

  test('shows paper through what is transparent, and on a canvas the canvas', async () => {
    const glass = {
      create: { width: 16, height: 16, channels: 4 as const, background: { r: 9, g: 9, b: 9, alpha: 0 } },
    };
    const png = await sharp(glass).png().toBuffer();
    for (const [query, light] of [
      ['', 255],
      ['fit=pad&w=32&h=16', 0],
      ['fit=pad&w=32&h=16&bg=808080', 128],
    ] as const) {
      const { data } = await pixelsOf((await render(png, query)).bytes);
      expect(mean(data)).toBeCloseTo(light, 0);
    }
  });

  test('is known as one before it is rendered, and has its size as it is shown', async () => {
    expect(await probe(await snapshot(), parts)).toEqual({
      kind: 'jpeg',
      width: 48,
      height: 80,
      hdr: false,
      headroom: 0,
    });
  });
});

describe('a file of another format', () => {
  const bright = { ...SIZE, primaries: 'bt709', nitsPerUnit: 203 } as const;
  const data = Float32Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, i) => (i % 240) / 20);
  const file = async (format: FileFormat, body: Uint8Array, query = '') => {
    const variant = parseVariant(new URLSearchParams(query));
    const { bytes, layout } = await renderEncode(body, { variant, format }, parts);
    return { bytes, layout: parseLayoutIndex(layout) };
  };

  test.each(['avif', 'png', 'exr'] as const)('%s has what was asked for of the picture', async (format) => {
    const { bytes, layout } = await file(format, await write({ ...bright, data }, 'exr'), 'w=40&rotate=90');
    expect(layout).toEqual({ kind: 'sdr', base: { offset: 0, length: bytes.length }, width: 40, height: 67 });
    if (format === 'exr') expect(await read(bytes)).toMatchObject({ width: 40, height: 67, hdr: true });
    else expect(await sharp(bytes).metadata()).toMatchObject({ width: 40, height: 67 });
  });

  test('keeps colours that BT.709 has not, also when it is resized', async () => {
    const green = Float32Array.from({ length: data.length }, (_, i) => (i % 3 === 1 ? 2 : 0.1));
    const body = await write({ ...bright, primaries: 'bt2020', data: green }, 'png');
    const shown = await read((await file('png', body, 'w=40')).bytes);
    expect(shown.primaries).toBe('bt2020');
    for (let c = 0; c < 3; c++)
      expect((shown.data[c]! * shown.nitsPerUnit!) / ((c === 1 ? 2 : 0.1) * 203)).toBeCloseTo(1, 2);
  });

  test.each(['avif', 'png'] as const)('%s of an SDR picture is SDR, of 8 bits', async (format) => {
    const { bytes } = await file(format, await ramp().jpeg().toBuffer());
    const { depth, width } = await sharp(bytes).metadata();
    expect({ depth, width }).toEqual({ depth: 'uchar', width: 80 });
    expect(Buffer.from(bytes).includes('cICP')).toBe(false);
    const shown = await sharp(bytes).removeAlpha().raw().toBuffer();
    expect(Math.abs(mean(shown) - mean(await ramp().raw().toBuffer()))).toBeLessThan(2);
  });
});

describe('an HDR picture', () => {
  /** A room with a lamp; its file says nothing of cd/m². */
  const light = Float32Array.from({ length: 80 * 48 * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % 80, Math.floor(i / 240)];
    return Math.hypot(x - 60, y - 12) < 4 ? 400 : 0.4 + 0.3 * Math.sin(x / 5) * Math.cos(y / 4) + y / 60;
  });
  const file = write({ ...SIZE, data: light, primaries: 'bt709', nitsPerUnit: null }, 'pfm');
  const hdrOf = async (bytes: Uint8Array) =>
    decode(bytes, { post: false }, { networks: null, jpeg: parts.jpeg });

  test.each([
    ['w=40', 40, 24],
    ['crop=10,10,30,20&rotate=90', 20, 30],
    ['w=30&h=30&fit=cover', 30, 30],
    ['w=100&h=100&fit=pad', 100, 100],
  ])('%s: base and header agree', async (query, width, height) => {
    const { layout } = await render(await file, query);
    expect(layout).toMatchObject({ kind: 'layered', width, height });
  });

  test.each([
    ['', 80, 48],
    ['w=40', 40, 24],
    ['crop=10,10,30,20&rotate=90', 20, 30],
    ['w=100&h=100&fit=pad', 100, 100],
  ])(
    '"%s" has a gain map of its own size, which leads from the base to the picture',
    async (query, width, height) => {
      const { bytes } = await render(await file, query);
      const ultraHdr = cut(bytes, { hdr: 'gainmap' });
      const { gainMap } = await sharp(ultraHdr).metadata();
      expect(await sharp(gainMap?.image).metadata()).toMatchObject({ width, height, channels: 3 });
      const shown = await read(ultraHdr);
      expect(shown).toMatchObject({ width, height, hdr: true, nitsPerUnit: 203 });
      const source = transform(scaled(await read(await file)), parseVariant(new URLSearchParams(query)));
      const wanted = source.data.map((light) => light * source.nitsPerUnit);
      const given = shown.data.map((light) => light * 203);
      expect(new QualityReference(wanted, width, height).compare(given).puPsnrY).toBeGreaterThan(38);
    },
  );

  test('has none in the file that is asked for the base alone', async () => {
    const { layout } = await renderEncode(await file, { variant: {}, model: 'none', layers: 0 }, parts);
    expect(parseLayoutIndex(layout)).toMatchObject({ kind: 'layered', gainMap: null });
  });

  test('keeps its scale whatever part of it is shown', async () => {
    const scaleOf = async (query: string) => {
      const layout = readLayout((await render(await file, query)).bytes);
      return layout.kind === 'layered' ? layout.header.nitsPerUnit : null;
    };
    const whole = await scaleOf('');
    for (const query of ['crop=55,8,10,8', 'ev=-3', 'w=20', 'w=100&h=90&fit=pad'])
      expect(await scaleOf(query)).toBe(whole);
  });

  test.each(['mai', 'reinhard'])('ev reaches the base and the light behind it: %s', async (tmo) => {
    const [dark, plain, bright] = await Promise.all(
      ['ev=-1', 'ev=0', 'ev=1'].map(async (ev) => (await render(await file, `${ev}&tmo=${tmo}`)).bytes),
    );
    const codes = await Promise.all(
      [dark, plain, bright].map(async (jpeg) => mean((await pixelsOf(jpeg!)).data)),
    );
    expect(codes[0]!).toBeLessThan(codes[1]! - 15);
    expect(codes[2]!).toBeGreaterThan(codes[1]! + 15);
    // Of the middle tones, what is decoded from the base alone has half and twice the light, as far as its coarse curve says it.
    const median = async (jpeg: Uint8Array) => (await hdrOf(jpeg)).data.toSorted()[light.length >> 1]!;
    const [low, middle, high] = await Promise.all([dark, plain, bright].map((jpeg) => median(jpeg!)));
    expect(Math.abs(Math.log2(low! / middle!) + 1)).toBeLessThan(0.1);
    expect(Math.abs(Math.log2(high! / middle!) - 1)).toBeLessThan(0.1);
  });

  test('a small change of exposure is a small change', async () => {
    for (const tmo of ['mai', 'reinhard']) {
      const [plain, nearly] = await Promise.all(
        ['ev=0', 'ev=0.1'].map(
          async (ev) => (await pixelsOf((await render(await file, `${ev}&tmo=${tmo}`)).bytes)).data,
        ),
      );
      expect(Math.abs(mean(nearly!) - mean(plain!))).toBeLessThan(8);
    }
  });

  test('is refused a canvas of more pixels than are allowed, before there is one', async () => {
    await expect(render(await file, 'w=16000&h=16000&fit=pad')).rejects.toMatchObject({
      status: 400,
      code: 'too_many_pixels',
    });
  });

  test('is refused a crop of nothing', async () => {
    await expect(render(await file, 'crop=80,0,5,5')).rejects.toMatchObject({
      status: 400,
      code: 'crop_outside',
    });
  });
});

test('the limits of the readers are the operator’s', async () => {
  const png = await ramp().png().toBuffer();
  await render(png);
  const encode = (limits: object) => renderEncode(png, { variant: {}, model: 'none' }, { ...parts, limits });
  await expect(encode({ maxDimension: 79 })).rejects.toMatchObject({ code: 'too_large' });
  await expect(probe(png, { ...parts, limits: { maxDimension: 79 } })).rejects.toMatchObject({
    code: 'too_large',
  });
});
