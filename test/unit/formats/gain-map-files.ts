import sharp from 'sharp';
import type { Box } from '../../../src/formats/avif/boxes.ts';
import { readItems } from '../../../src/formats/avif/items.ts';

// Files with gain maps, put together here: a base of even grey, 64 × 32, whose map of half its size is black on the left and white
// on the right.

export const SIZE = { width: 64, height: 32 } as const;
/** sRGB code value of the base. */
export const GREY = 128;

const codes = Uint8Array.from({ length: 32 * 16 * 3 }, (_, i) => (Math.floor(i / 3) % 32 < 16 ? 0 : 255));
const baseImage = () =>
  sharp({ create: { ...SIZE, channels: 3, background: { r: GREY, g: GREY, b: GREY } } });
const mapImage = (channels: 1 | 3) =>
  sharp(channels === 3 ? codes : codes.filter((_, i) => i % 3 === 0), {
    raw: { width: 32, height: 16, channels },
  });

export function segment(marker: number, name: string, data: Uint8Array): Uint8Array {
  const length = name.length + data.length + 2;
  return Buffer.concat([
    Uint8Array.of(0xff, marker, length >> 8, length & 255),
    Buffer.from(name, 'latin1'),
    data,
  ]);
}

export const withSegments = (jpeg: Uint8Array, ...segments: Uint8Array[]): Uint8Array =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);

type Fractions = readonly (readonly [numerator: number, denominator: number])[];

export interface IsoMetadata {
  readonly minimumVersion?: number;
  readonly flags?: number;
  /** Stops, of base and alternate. */
  readonly headrooms: Fractions;
  /** For one channel or three: min, max, gamma, base offset, alternate offset. */
  readonly channels: readonly Fractions[];
}

/** Of one channel, three stops. */
export const EVEN_GAINS: IsoMetadata = {
  headrooms: [
    [0, 1],
    [3, 1],
  ],
  channels: [
    [
      [0, 1],
      [3, 1],
      [1, 1],
      [1, 64],
      [1, 64],
    ],
  ],
};

export function isoMetadata({
  minimumVersion = 0,
  flags = 0x40,
  headrooms,
  channels,
}: IsoMetadata): Uint8Array {
  const numbers = [...headrooms, ...channels.flat()].flat();
  const bytes = Buffer.alloc(5 + 4 * numbers.length);
  bytes.writeUInt16BE(minimumVersion, 0);
  bytes[4] = flags | (channels.length === 3 ? 0x80 : 0);
  numbers.forEach((number, i) => bytes.writeInt32BE(number, 5 + 4 * i));
  return bytes;
}

const ISO = 'urn:iso:std:iso:ts:21496:-1\0';

/** JPEG by ISO 21496-1 alone. */
export async function isoJpeg(metadata: IsoMetadata): Promise<Uint8Array> {
  const base = await baseImage().jpeg({ quality: 100 }).toBuffer();
  const map = await mapImage(metadata.channels.length === 3 ? 3 : 1)
    .jpeg({ quality: 100 })
    .toBuffer();
  return Buffer.concat([
    withSegments(base, segment(0xe2, ISO, new Uint8Array(4))),
    withSegments(map, segment(0xe2, ISO, isoMetadata(metadata))),
  ]);
}

/** Of an Apple camera: HDRHeadroom and HDRGain of its notes, and how the picture is turned. */
export function appleExif(headroom: number, gain: number, orientation = 1): Uint8Array {
  const note = Buffer.alloc(14 + 2 + 24 + 4 + 16);
  note.write('Apple iOS\0\0\x01MM', 'latin1');
  note.writeUInt16BE(2, 14);
  [33, 48].forEach((tag, i) => {
    note.writeUInt16BE(tag, 16 + 12 * i);
    note.writeUInt16BE(10, 18 + 12 * i);
    note.writeUInt32BE(1, 20 + 12 * i);
    note.writeUInt32BE(44 + 8 * i, 24 + 12 * i);
    note.writeInt32BE(Math.round([headroom, gain][i]! * 1e6), 44 + 8 * i);
    note.writeInt32BE(1e6, 48 + 8 * i);
  });
  // Two directories: the first with where Exif's own is, and in that the notes.
  const head = Buffer.alloc(8 + 30 + 18);
  head.write('MM\0*\0\0\0\x08', 'latin1');
  head.writeUInt16BE(2, 8);
  head.writeUInt16BE(1, 38);
  [
    [10, 0x0112, 3, 1, orientation << 16],
    [22, 0x8769, 4, 1, 38],
    [40, 0x927c, 7, note.length, head.length],
  ].forEach(([at, tag, type, count, value]) => {
    head.writeUInt16BE(tag!, at);
    head.writeUInt16BE(type!, at! + 2);
    head.writeUInt32BE(count!, at! + 4);
    head.writeUInt32BE(value!, at! + 8);
  });
  return Buffer.concat([head, note]);
}

/** JPEG as iPhones take them; the newer ones say the headroom in XMP. */
export async function appleJpeg(exif: Uint8Array, headroom?: number): Promise<Uint8Array> {
  const base = await baseImage().jpeg({ quality: 100 }).toBuffer();
  const map = await mapImage(1).jpeg({ quality: 100 }).toBuffer();
  const said =
    headroom === undefined
      ? ''
      : `<HDRGainMap:HDRGainMapHeadroom>${headroom}</HDRGainMap:HDRGainMapHeadroom>`;
  const xmp = `<x><HDRGainMap:HDRGainMapVersion>${headroom === undefined ? 65536 : 131072}</HDRGainMap:HDRGainMapVersion>${said}</x>`;
  return Buffer.concat([
    withSegments(base, segment(0xe1, 'Exif\0\0', exif), segment(0xe2, 'MPF\0', new Uint8Array(8))),
    withSegments(map, segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0', Buffer.from(xmp))),
  ]);
}

/**
 * AVIF with a tone-map item: the items of two AVIFs and their metadata in one file.
 *
 * @param before bytes between the pictures and the metadata
 */
export async function gainMapAvif(metadata: IsoMetadata, before = 0): Promise<Uint8Array> {
  const [base, map] = await Promise.all([
    baseImage().avif({ lossless: true }).toBuffer(),
    mapImage(3).avif({ lossless: true }).toBuffer(),
  ]);
  const [one, two] = [itemOf(base), itemOf(map)];
  const properties = [...one.properties, ...two.properties];
  const tmap = Buffer.concat([Uint8Array.of(0), isoMetadata(metadata)]);
  const associations = [one.properties, two.properties].map((own, item) => [
    0,
    item + 1,
    own.length,
    ...own.map((_, i) => 1 + i + (item === 0 ? 0 : one.properties.length)),
  ]);
  const make = (mdat: number): Buffer => {
    const pieces = [one.data.length, two.data.length, tmap.length];
    const iloc = pieces.flatMap((length, i) => [
      ...[0, i + 1, 0, 0, 0, 1],
      ...u32(mdat + pieces.slice(0, i).reduce((sum, piece) => sum + piece, 0) + (i === 2 ? before : 0)),
      ...u32(length),
    ]);
    const entries = ['av01', 'av01', 'tmap'].map((type, i) =>
      // The map is hidden, as writers have it.
      full('infe', 2, i === 1 ? 1 : 0, [0, i + 1, 0, 0, ...Buffer.from(type), 0]),
    );
    const meta = full('meta', 0, 0, [
      ...full('hdlr', 0, 0, [0, 0, 0, 0, ...Buffer.from('pict'), ...Array<number>(13).fill(0)]),
      ...full('pitm', 0, 0, [0, 1]),
      ...full('iloc', 0, 0, [0x44, 0, 0, 3, ...iloc]),
      ...full('iinf', 0, 0, [0, 3, ...Buffer.concat(entries)]),
      ...full('iref', 0, 0, [...box('dimg', [0, 3, 0, 2, 0, 1, 0, 2])]),
      ...box('iprp', [
        ...box('ipco', [...Buffer.concat(properties)]),
        ...full('ipma', 0, 0, [0, 0, 0, 2, ...associations.flat()]),
      ]),
    ]);
    return Buffer.concat([box('ftyp', [...Buffer.from('avif\0\0\0\0avifmif1miaftmap')]), meta]);
  };
  const head = make(make(0).length + 8);
  return Buffer.concat([head, box('mdat', [...one.data, ...two.data, ...Buffer.alloc(before), ...tmap])]);
}

function itemOf(avif: Uint8Array): { data: Uint8Array; properties: Uint8Array[] } {
  const items = readItems(avif);
  const { extents, properties } = items.byId.get(items.primary)!;
  const whole = ({ start, end }: Box): Uint8Array => avif.subarray(start - 8, end);
  const { offset, length } = extents[0]!;
  return { data: avif.subarray(offset, offset + length), properties: properties.map(whole) };
}

const u32 = (value: number): number[] => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
const box = (type: string, data: readonly number[]): Uint8Array =>
  Uint8Array.from([...u32(8 + data.length), ...Buffer.from(type), ...data]);
const full = (type: string, version: number, flags: number, data: readonly number[]): Uint8Array =>
  box(type, [version, 0, 0, flags, ...data]);
