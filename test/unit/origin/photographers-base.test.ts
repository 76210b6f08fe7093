import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { cut, jpegSegments, MARKER, parseLayoutIndex, stripToBase } from '../../../src/container/index.ts';
import { decode } from '../../../src/codec/index.ts';
import type { HdrPicture } from '../../../src/codec/picture.ts';
import { parseVariant } from '../../../src/delivery/variant.ts';
import { read } from '../../../src/formats/index.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { renderEncode } from '../../../src/origin/render.ts';
import { ORIENTATIONS } from '../container/jpegs.ts';
import { appleExif, appleJpeg } from '../formats/gain-map-files.ts';
import { phonePicture, segment } from './ultra-hdr-files.ts';

const parts = {
  jpeg: nodeJpegCoder(),
  maxPixels: 100_000,
  networks: () => Promise.reject(new Error('Nothing here needs a network.')),
};
async function render(body: Uint8Array, query = '', keepLocation = false) {
  const variant = parseVariant(new URLSearchParams(query));
  const { bytes, layout } = await renderEncode(body, { variant, model: 'none' }, { ...parts, keepLocation });
  return { bytes, layout: parseLayoutIndex(layout) };
}

/** Everything of a JPEG that its pixels are made of: tables, frame, scans. */
function coded(jpeg: Uint8Array): Buffer {
  const kept = Array.from(jpegSegments(jpeg)).filter(
    ({ marker }) => marker !== MARKER.SOI && (marker < 0xe0 || marker > 0xef),
  );
  return Buffer.concat(kept.map(({ offset, end }) => jpeg.subarray(offset, end)));
}
/** Light that differs by no more than this share of the peak, in the mean. */
function expectNear(picture: HdrPicture, wanted: HdrPicture, most = 0.05): void {
  expect([picture.width, picture.height]).toEqual([wanted.width, wanted.height]);
  const white = wanted.nitsPerUnit! / picture.nitsPerUnit!;
  let sum = 0;
  let peak = 0;
  wanted.data.forEach((light, i) => {
    sum += Math.abs(picture.data[i]! / white - light);
    peak = Math.max(peak, light);
  });
  expect(sum / wanted.data.length / peak).toBeLessThan(most);
}
const has = (bytes: Uint8Array, word: string) => Buffer.from(bytes).includes(Buffer.from(word, 'latin1'));

describe('a JPEG with a gain map', () => {
  test('keeps its photographer’s base: the same coded bytes, without a word of the map', async () => {
    const { file, base } = await phonePicture();
    const { bytes, layout } = await render(file);
    expect(layout).toMatchObject({ kind: 'layered', width: 80, height: 48 });
    const sdr = cut(bytes, { hdr: '0' });
    expect(coded(sdr)).toEqual(coded(base));
    for (const word of ['hdrgm', 'MPF\0', 'urn:iso', 'GContainer']) expect(has(sdr, word)).toBe(false);
  });

  test.each([[['xmp']], [['iso']], [['xmp', 'iso']]] as const)(
    'described by %s gives its own picture and map back, pixel for pixel, and described both ways',
    async (by) => {
      const { file, map } = await phonePicture({ by });
      const back = cut((await render(file)).bytes, { hdr: 'gainmap' });
      expect(coded(stripToBase(back))).toEqual(coded(stripToBase(file)));
      const { gainMap } = await sharp(back).metadata();
      expect(coded(gainMap!.image)).toEqual(coded(map));
      for (const word of ['hdrgm:GainMapMax', 'urn:iso:std:iso:ts:21496:-1'])
        expect(has(gainMap!.image, word)).toBe(true);
      expect((await read(back)).data).toEqual((await read(file)).data);
    },
  );

  test.each(['w=40', 'crop=10,0,40,48', 'rotate=90', 'q=60'])(
    '%s is done to the photographer’s picture, and to the map',
    async (query) => {
      const { file, base } = await phonePicture();
      const { bytes } = await render(file, query);
      const sdr = cut(bytes, { hdr: '0' });
      const wanted = cut((await render(Uint8Array.from(base), query)).bytes, { hdr: '0' });
      expect(Buffer.compare(sdr, wanted)).toBe(0);
      const ultraHdr = cut(bytes, { hdr: 'gainmap' });
      const [picture, { gainMap, width, height }] = [await read(ultraHdr), await sharp(ultraHdr).metadata()];
      expect(await sharp(gainMap?.image).metadata()).toMatchObject({ width, height });
      expect(Math.max(...picture.data)).toBeGreaterThan(2);
    },
  );

  test('is tone-mapped anew for who asks for that', async () => {
    const { file, base } = await phonePicture();
    const { bytes } = await render(file, 'tmo=reinhard');
    expect(coded(cut(bytes, { hdr: '0' }))).not.toEqual(coded(base));
  });

  test.each(ORIENTATIONS)(
    'that Exif turns (%i) stays as it is, map and all, and its layers are turned',
    async (o) => {
      const { file, base, map } = await phonePicture({ orientation: o });
      const source = await read(file);
      const size = o < 5 ? { width: 80, height: 48 } : { width: 48, height: 80 };
      expect(source).toMatchObject(size);
      const { bytes, layout } = await render(file);
      expect(layout).toMatchObject(size);
      const sdr = cut(bytes, { hdr: '0' });
      expect(coded(sdr)).toEqual(coded(base));
      expect((await sharp(sdr).metadata()).orientation).toBe(o);
      const back = cut(bytes, { hdr: 'gainmap' });
      const { gainMap } = await sharp(back).metadata();
      expect(coded(gainMap!.image)).toEqual(coded(map));
      expect((await read(back)).data).toEqual(source.data);
      expectNear(await decode(bytes, {}, { networks: null, jpeg: parts.jpeg }), source);
    },
  );

  test.each(ORIENTATIONS)('of Apple’s, which Exif turns (%i), gets a map that lies as it does', async (o) => {
    const file = await appleJpeg(appleExif(1.2, 0.5, o));
    const source = await read(file);
    const { bytes } = await render(file);
    const back = cut(bytes, { hdr: 'gainmap' });
    expect(coded(stripToBase(back))).toEqual(coded(stripToBase(file)));
    expectNear(await read(back), source, 0.02);
  });
});

describe('metadata', () => {
  test('copyright stays, the place goes, and it is said', async () => {
    const { file } = await phonePicture();
    const { bytes, layout } = await render(file);
    const exif = (await sharp(bytes).metadata()).exif!;
    expect(exif.includes('A. Photographer')).toBe(true);
    expect(layout.notices).toEqual(['location_removed']);
    const before = (await sharp(file).metadata()).exif!;
    const latitude = Buffer.from('300000000100000033000000', 'hex');
    expect([before, exif].map((tiff) => tiff.includes(latitude))).toEqual([true, false]);
  });

  test('the place stays where the operator wants it so', async () => {
    const { file } = await phonePicture();
    const { bytes, layout } = await render(file, '', true);
    expect((await sharp(bytes).metadata()).exif).toEqual((await sharp(file).metadata()).exif);
    expect(layout.notices).toBeUndefined();
  });

  test('copyright stays with what is coded anew, also where XMP alone says it', async () => {
    const rights =
      '<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">Me &amp; mine</rdf:li></rdf:Alt></dc:rights>';
    const xmp = segment(
      0xe1,
      `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><rdf:RDF><rdf:Description>${rights}</rdf:Description></rdf:RDF></x:xmpmeta>`,
    );
    const bare = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#864' } })
      .jpeg()
      .toBuffer();
    const photo = Uint8Array.from(Buffer.concat([bare.subarray(0, 2), xmp, bare.subarray(2)]));
    const { bytes } = await render(photo, 'w=16');
    expect((await sharp(bytes).metadata()).exif!.includes('Me & mine')).toBe(true);
  });

  test('XMP loses the map and the place, and nothing else', async () => {
    const packet =
      'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description rdf:about="" xmp:Rating="5" exif:GPSLatitude="48,51N" hdrgm:Version="1.0"><dc:rights>mine</dc:rights><Container:Directory><rdf:Seq><rdf:li/></rdf:Seq></Container:Directory><exif:GPSLongitude>2,21E</exif:GPSLongitude></rdf:Description></rdf:RDF></x:xmpmeta>';
    const { file } = await phonePicture({ segments: [segment(0xe1, packet)] });
    const { bytes } = await render(file);
    const sdr = cut(bytes, { hdr: '0' });
    for (const word of ['xmp:Rating="5"', '<dc:rights>mine</dc:rights>']) expect(has(sdr, word)).toBe(true);
    for (const word of ['48,51N', '2,21E', 'hdrgm', 'Container']) expect(has(sdr, word)).toBe(false);
  });

  test('content credentials stay with a picture that stays, and go with one that does not, which is said', async () => {
    const jumbf = segment(0xeb, 'JP\0\x01\0\0\0\x01\0\0\0\x20jumb\0\0\0\x18jumdc2pa');
    const bare = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#864' } })
      .jpeg()
      .toBuffer();
    const signed = Uint8Array.from(Buffer.concat([bare.subarray(0, 2), jumbf, bare.subarray(2)]));
    const untouched = await render(signed);
    expect(Buffer.compare(untouched.bytes, signed)).toBe(0);
    expect(untouched.layout.notices).toBeUndefined();
    expect((await render(signed, 'w=16')).layout.notices).toEqual(['content_credentials_removed']);
    const { file } = await phonePicture({ segments: [jumbf] });
    const { bytes, layout } = await render(file);
    expect(has(bytes, 'jumdc2pa')).toBe(false);
    expect(layout.notices).toEqual(['location_removed', 'content_credentials_removed']);
  });

  test('that is damaged is left as it is', async () => {
    const bare = await sharp({ create: { width: 32, height: 32, channels: 3, background: '#864' } })
      .jpeg()
      .toBuffer();
    for (const tiff of [
      '',
      'II',
      'II*\0\xff\xff\xff\xff',
      'II*\0\x08\0\0\0\xff\xff',
      'MM\0*\0\0\0\x08\0\x01\x88\x25\0\x04\0\0\0\x01\0\0\xff\xff',
    ]) {
      const exif = segment(0xe1, `Exif\0\0${tiff}`);
      const photo = Uint8Array.from(Buffer.concat([bare.subarray(0, 2), exif, bare.subarray(2)]));
      await expect(render(photo).then(({ bytes }) => sharp(bytes).stats())).resolves.toBeDefined();
    }
  });
});
