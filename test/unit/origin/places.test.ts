import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { cut, jpegSegments, MARKER, parseLayoutIndex } from '../../../src/container/index.ts';
import { parseVariant } from '../../../src/delivery/variant.ts';
import { read } from '../../../src/formats/index.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { authorOf } from '../../../src/origin/metadata/author.ts';
import { plainJpeg } from '../../../src/origin/metadata/plain-jpeg.ts';
import { renderEncode } from '../../../src/origin/render.ts';
import {
  bareJpeg,
  description,
  digestOf,
  exifSegment,
  exifTiff,
  extendedXmp,
  extensionIn,
  iptc,
  photoshop,
  resource,
  withSegments,
  xmpSegment,
} from './metadata-files.ts';
import { phonePicture } from './ultra-hdr-files.ts';

const has = (bytes: Uint8Array, word: string) => Buffer.from(bytes).includes(Buffer.from(word, 'latin1'));
const LATITUDE = '\0\0\0\x33\0\0\0\x01\0\0\0\x1e\0\0\0\x01';
/** Everything of a JPEG that its pixels are made of. */
const coded = (jpeg: Uint8Array): Buffer =>
  Buffer.concat(
    Array.from(jpegSegments(jpeg))
      .filter(({ marker }) => marker !== MARKER.SOI && (marker < 0xe0 || marker > 0xef))
      .map(({ offset, end }) => jpeg.subarray(offset, end)),
  );

/** What is delivered of a JPEG without the place, which has lost nothing else that is coded. */
async function placeless(...segments: Uint8Array[]): Promise<Uint8Array> {
  const file = withSegments(await bareJpeg(), ...segments);
  const { bytes, notices } = plainJpeg(file);
  expect(notices).toEqual(['location_removed']);
  expect(coded(bytes)).toEqual(coded(file));
  expect(plainJpeg(bytes)).toEqual({ bytes, notices: [] });
  expect(plainJpeg(file, { keepLocation: true }).bytes).toEqual(file);
  return bytes;
}

describe('the place goes out of', () => {
  test('the segments of a gain map, which stays as it was and described as it was', async () => {
    const segments = [
      exifSegment(exifTiff({ times: 1 })),
      xmpSegment(description('<dc:format>image/jpeg</dc:format>', ' photoshop:City="Kingston"')),
    ];
    const plain = await phonePicture();
    const map = withSegments(plain.map, ...segments);
    const file = Uint8Array.from(Buffer.concat([plain.file.subarray(0, -plain.map.length), map]));
    const parts = {
      jpeg: nodeJpegCoder(),
      maxPixels: 100_000,
      networks: () => Promise.reject(new Error('Nothing here needs a network.')),
    };
    const variant = parseVariant(new URLSearchParams());
    const render = (keepLocation: boolean) =>
      renderEncode(file, { variant, model: 'none' }, { ...parts, keepLocation });
    const { bytes, layout } = await render(false);
    expect(parseLayoutIndex(layout).notices).toEqual(['location_removed']);
    for (const word of [LATITUDE, 'Kingston'])
      expect([has(file, word), has(bytes, word)]).toEqual([true, false]);
    const back = cut(bytes, { hdr: 'gainmap' });
    const { gainMap } = await sharp(back).metadata();
    expect(coded(gainMap!.image)).toEqual(coded(plain.map));
    for (const word of ['hdrgm:GainMapMax', 'image/jpeg</dc:format>'])
      expect(has(gainMap!.image, word)).toBe(true);
    expect((await read(back)).data).toEqual((await read(file)).data);
    const kept = cut((await render(true)).bytes, { hdr: 'gainmap' });
    for (const word of [LATITUDE, 'Kingston']) expect(has(kept, word)).toBe(true);
  });

  test('the map alone is said, too', async () => {
    const { map } = await phonePicture();
    const located = withSegments(map, exifSegment(exifTiff({ times: 1 })));
    const { bytes, notices } = plainJpeg(located, { keepGainMap: true });
    expect(notices).toEqual(['location_removed']);
    expect(has(bytes, 'hdrgm:GainMapMax')).toBe(true);
  });

  const history = `<photoshop:History>${'was opened; '.repeat(9000)}</photoshop:History>`;
  const announced = (digest: string) =>
    xmpSegment(description('', ` xmp:Rating="5" xmpNote:HasExtendedXMP="${digest}"`));

  test('extended XMP, whose digest its packet then names', async () => {
    const packet = description(`${history}<exif:GPSLatitude>48,51N</exif:GPSLatitude>`);
    const bytes = await placeless(announced(digestOf(packet)), ...extendedXmp(packet, 60_000));
    const left = description(history);
    expect(has(bytes, `xmpNote:HasExtendedXMP="${digestOf(left)}"`)).toBe(true);
    expect(extensionIn(bytes, digestOf(left))).toBe(left);
    expect(extensionIn(bytes, digestOf(packet))).toBe('');
  });

  test('a property that lies in two portions of it', async () => {
    const packet = description(`<photoshop:City>Kingston</photoshop:City>${history}`);
    for (const bytes of [100, 110, 120]) {
      const left = await placeless(announced(digestOf(packet)), ...extendedXmp(packet, bytes));
      expect(extensionIn(left, digestOf(description(history)))).toBe(description(history));
    }
  });

  test('extended XMP that says nothing else, which goes', async () => {
    const packet = description('<photoshop:City>Kingston</photoshop:City>');
    const bytes = await placeless(announced(digestOf(packet)), ...extendedXmp(packet, 100));
    for (const word of ['ExtendedXMP', 'xmp/extension']) expect(has(bytes, word)).toBe(false);
    expect(has(bytes, 'xmp:Rating="5"')).toBe(true);
  });

  test.each([
    ['lacks a portion', (portions: Buffer[]) => portions.slice(0, -1)],
    ['has one twice', (portions: Buffer[]) => [...portions, portions[1]!]],
  ])('extended XMP that %s, which goes', async (_, damage) => {
    const packet = description(`<photoshop:City>Kingston</photoshop:City>${history}`);
    const bytes = await placeless(announced(digestOf(packet)), ...damage(extendedXmp(packet, 30_000)));
    for (const word of ['ExtendedXMP', 'xmp/extension', 'Kingston']) expect(has(bytes, word)).toBe(false);
  });

  test('IPTC that goes on in the next segment', async () => {
    const caption = 'It was a long day. '.repeat(1500);
    const [before, after] = [
      [2, 120, caption],
      [2, 116, '\u00a9 A.'],
    ] as [number, number, string][];
    const block = resource(0x0404, '', iptc(before!, [2, 90, 'Kingston'], after!));
    for (const at of [9, 20_000, block.length - 12, block.length - 20]) {
      const bytes = await placeless(photoshop(block.subarray(0, at)), photoshop(block.subarray(at)));
      const wanted = photoshop(resource(0x0404, '', iptc(before!, after!)));
      expect(Buffer.compare(bytes, withSegments(await bareJpeg(), wanted))).toBe(0);
    }
  });

  test('IPTC that goes on in the next segment, whose author is read', async () => {
    const block = resource(0x0404, '', iptc([2, 80, 'A. Photographer'], [2, 116, 'mine']));
    for (const at of [9, 20, block.length - 8]) {
      const pieces = [block.subarray(0, at), block.subarray(at)].map((piece) => photoshop(piece));
      const said = authorOf(withSegments(await bareJpeg(), ...pieces));
      expect(said).toEqual({ artist: 'A. Photographer', copyright: 'mine' });
    }
  });

  test('IPTC of one segment, though another one is damaged', async () => {
    const damaged = photoshop(Buffer.from('8BIM\x04\x04\0\0\xff\xff\xff\xff', 'latin1'));
    const block = photoshop(resource(0x0404, '', iptc([2, 90, 'Kingston'])));
    expect(has(await placeless(damaged, block), 'Kingston')).toBe(false);
  });

  test.each([
    ['Exif', exifSegment(exifTiff({ times: 1 })), LATITUDE],
    ['XMP', xmpSegment(description('', ' photoshop:City="Kingston"')), 'Kingston'],
    ['IPTC', photoshop(resource(0x0404, '', iptc([2, 90, 'Kingston']))), 'Kingston'],
  ])('the %s of a thumbnail', async (_, own, word) => {
    const small = await sharp(await bareJpeg())
      .resize(8)
      .jpeg()
      .toBuffer();
    const whole = withSegments(small, own);
    // Some cameras' end before they should.
    for (const thumbnail of [whole, whole.subarray(0, -2)]) {
      const bytes = await placeless(exifSegment(exifTiff({ times: 1, thumbnail })));
      expect(has(bytes, word)).toBe(false);
      expect(has(bytes, small.subarray(2, -2).toString('latin1'))).toBe(true);
    }
    const bytes = await placeless(exifSegment(exifTiff({ thumbnail: whole })));
    expect((await sharp(bytes).metadata()).exif!.length).toBeGreaterThan(small.length);
  });

  test('a copy, and not out of the bytes that were handed in', async () => {
    const thumbnail = withSegments(await bareJpeg(), exifSegment(exifTiff({ times: 1 })));
    for (const tiff of [exifTiff({ times: 1 }), exifTiff({ thumbnail })]) {
      const file = Buffer.from(withSegments(await bareJpeg(), exifSegment(tiff)));
      const before = Buffer.from(file);
      expect(plainJpeg(file).notices).toEqual(['location_removed']);
      expect(Buffer.compare(file, before)).toBe(0);
    }
  });

  test('Exif that leads to it more than once', async () => {
    expect(has(await placeless(exifSegment(exifTiff({ times: 3 }))), LATITUDE)).toBe(false);
  });

  test('XMP that is no XML, and in which one property hides another', async () => {
    const hiding = description(' photoshop:City="<x " <photoshop:City>Kingston</photoshop:City>');
    expect(has(await placeless(xmpSegment(hiding)), 'Kingston')).toBe(false);
  });

  test('XMP as cameras that fly write it', async () => {
    const packet = description(
      '<tiff:Model>FC220</tiff:Model>',
      ' drone-dji:GpsLatitude="51.5" drone-dji:GpsLongtitude="0.1"',
    );
    expect(
      Buffer.compare(
        await placeless(xmpSegment(packet)),
        withSegments(await bareJpeg(), xmpSegment(description('<tiff:Model>FC220</tiff:Model>'))),
      ),
    ).toBe(0);
  });

  test('XMP of bytes that are no UTF-8, which stay', async () => {
    const odd = Buffer.alloc(40_000, 0xc0);
    const packet = (attributes: string) => {
      const [start, end] = description('|', attributes).split('|') as [string, string];
      return xmpSegment(Buffer.concat([Buffer.from(start), odd, Buffer.from(end)]));
    };
    const bytes = await placeless(packet(' photoshop:City="Kingston"'));
    expect(Buffer.compare(bytes, withSegments(await bareJpeg(), packet('')))).toBe(0);
  });
});

describe('extended XMP', () => {
  test('stays as it is where it names no place, damaged or not', async () => {
    const portions = extendedXmp(description('<photoshop:History>opened</photoshop:History>'), 40);
    for (const segments of [portions, portions.slice(1), [portions[0]!.subarray(0, 40)]]) {
      const first = Buffer.from(segments[0]!);
      first.writeUInt16BE(first.length - 2, 2);
      const file = withSegments(await bareJpeg(), first, ...segments.slice(1));
      expect(plainJpeg(file)).toEqual({ bytes: file, notices: [] });
    }
  });
});

test('a JPEG of more segments than anybody writes is refused by name', async () => {
  const file = withSegments(await bareJpeg(), Buffer.alloc(4 * 20_000, Buffer.from('ffe10002', 'hex')));
  expect(() => plainJpeg(file)).toThrow(expect.objectContaining({ code: 'invalid_jpeg' }));
});
