import sharp from 'sharp';
import { appleExif, appleJpeg, EVEN_GAINS, gainMapAvif, isoJpeg } from '../unit/formats/gain-map-files.ts';
import {
  bareJpeg,
  description,
  digestOf,
  exifSegment,
  exifTiff,
  extendedXmp,
  iptc,
  photoshop,
  resource,
  withSegments,
  xmpSegment,
} from '../unit/origin/metadata-files.ts';
import { phonePicture, segment } from '../unit/origin/ultra-hdr-files.ts';
import type { CorpusFile } from './formats-corpus.ts';

/** JPEGs with metadata of every kind that is edited or read, alone and together and with gain maps. */
export async function metadataCorpus(): Promise<CorpusFile[]> {
  const bare = await tiny();
  const packet = description(
    `<photoshop:City>Kingston</photoshop:City><dc:description>${'a long day, '.repeat(20)}</dc:description>`,
  );
  const announced = xmpSegment(
    description(
      '<dc:creator><rdf:Seq><rdf:li>A. &amp; B.</rdf:li></rdf:Seq></dc:creator><exif:GPSLatitude>48,51N</exif:GPSLatitude>',
      ` xmp:Rating="5" hdrgm:Version="1.0" xmpNote:HasExtendedXMP="${digestOf(packet)}"`,
    ),
  );
  const sets = iptc([1, 90, '\x1b%G'], [2, 80, 'A. B.'], [2, 90, 'Kingston'], [2, 116, '(c)']);
  const block = Buffer.concat([
    resource(0x03ed, 'odd', Buffer.of(1, 2, 3)),
    resource(0x0404, '', sets),
    resource(0x0425, '', Buffer.alloc(16, 7)),
  ]);
  const thumbnail = withSegments(bare, exifSegment(exifTiff({ times: 1 })), photoshop(block));
  const kinds: Record<string, Uint8Array[]> = {
    exif: [exifSegment(exifTiff({ times: 2, thumbnail }))],
    author: [exifSegment(await authorTiff())],
    xmp: [announced],
    extended: [announced, ...extendedXmp(packet, 120)],
    utf16: [xmpSegment(Buffer.from(`\ufeff${packet}`, 'utf16le').swap16())],
    iptc: [photoshop(block)],
    split: [photoshop(block.subarray(0, 40)), photoshop(block.subarray(40))],
    mpf: [segment(0xe2, Buffer.concat([Buffer.from('MPF\0'), exifTiff()]))],
    jumbf: [segment(0xeb, 'JP\0\x01\0\0\0\x01\0\0\0\x20jumb\0\0\0\x18jumdc2pa')],
  };
  const alone = Object.entries(kinds).map(([name, segments]) => ({
    name: `${name}.jpg`,
    bytes: withSegments(bare, ...segments),
  }));
  const all = Object.values(kinds).flat();
  const phone = await phonePicture({ segments: all, by: ['xmp', 'iso'] });
  const map = withSegments(phone.map, exifSegment(exifTiff({ times: 1 })), announced, photoshop(block));
  const base = phone.file.subarray(0, -phone.map.length);
  return [
    ...alone,
    { name: 'all.jpg', bytes: withSegments(bare, ...all) },
    { name: 'phone.jpg', bytes: Uint8Array.from(Buffer.concat([base, map])) },
    { name: 'iso.jpg', bytes: withSegments(await isoJpeg(EVEN_GAINS), kinds.mpf![0]!) },
    { name: 'apple.jpg', bytes: await appleJpeg(appleExif(1.2, 0.5)) },
    { name: 'tmap.avif', bytes: await gainMapAvif(EVEN_GAINS, 300) },
  ];
}

async function tiny(): Promise<Buffer> {
  return sharp(await bareJpeg())
    .resize(8)
    .jpeg()
    .toBuffer();
}

async function authorTiff(): Promise<Uint8Array> {
  const { exif } = await sharp(
    await sharp(await bareJpeg())
      .withExif({
        IFD0: { Artist: 'A. B.', Copyright: 'mine' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 0/1' },
      })
      .jpeg()
      .toBuffer(),
  ).metadata();
  return exif!.subarray(6);
}
