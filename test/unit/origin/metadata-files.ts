import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { segment } from './ultra-hdr-files.ts';

// Metadata of JPEGs, put together here.

const XMP = 'http://ns.adobe.com/xap/1.0/\0';
const EXTENSION = 'http://ns.adobe.com/xmp/extension/\0';

export const withSegments = (jpeg: Uint8Array, ...segments: Uint8Array[]): Uint8Array =>
  Uint8Array.from(Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]));

/** 32 × 32 pixels without a word. */
export const bareJpeg = (): Promise<Buffer> =>
  sharp({ create: { width: 32, height: 32, channels: 3, background: '#864' } })
    .jpeg()
    .toBuffer();

export const description = (content: string, attributes = ''): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description rdf:about=""${attributes}>${content}</rdf:Description></rdf:RDF></x:xmpmeta>`;

export const xmpSegment = (packet: string | Uint8Array): Buffer =>
  segment(0xe1, Buffer.concat([Buffer.from(XMP), Buffer.from(packet)]));

export const digestOf = (packet: string): string =>
  createHash('md5').update(packet).digest('hex').toUpperCase();

/** The segments of a packet that goes on with another one of so many bytes in each. */
export function extendedXmp(packet: string, bytes: number, digest = digestOf(packet)): Buffer[] {
  const data = Buffer.from(packet);
  return Array.from({ length: Math.ceil(data.length / bytes) }, (_, i) => {
    const numbers = Buffer.alloc(8);
    numbers.writeUInt32BE(data.length, 0);
    numbers.writeUInt32BE(i * bytes, 4);
    const portion = data.subarray(i * bytes, (i + 1) * bytes);
    return segment(0xe1, Buffer.concat([Buffer.from(EXTENSION + digest), numbers, portion]));
  });
}

/** What readers join: the packet of an MD5. */
export function extensionIn(jpeg: Uint8Array, digest: string): string {
  const bytes = Buffer.from(jpeg);
  const name = Buffer.from(EXTENSION + digest);
  const portions: Buffer[] = [];
  for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1))
    portions.push(bytes.subarray(at + name.length + 8, at - 2 + bytes.readUInt16BE(at - 2)));
  return Buffer.concat(portions).toString();
}

export function iptc(...sets: [record: number, number: number, text: string][]): Buffer {
  const data = sets.map(([record, number, text]) => {
    const bytes = Buffer.from(text, 'latin1');
    return Buffer.concat([Buffer.of(0x1c, record, number, bytes.length >> 8, bytes.length & 255), bytes]);
  });
  return Buffer.concat(data);
}

export function resource(id: number, name: string, data: Uint8Array): Buffer {
  const head = Buffer.alloc(6 + ((name.length + 2) & ~1) + 4);
  head.write('8BIM');
  head.writeUInt16BE(id, 4);
  head[6] = name.length;
  head.write(name, 7);
  head.writeUInt32BE(data.length, head.length - 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length & 1)]);
}

export const photoshop = (...resources: Uint8Array[]): Buffer =>
  segment(0xed, Buffer.concat([Buffer.from('Photoshop 3.0\0'), ...resources]));

type Entry = readonly [tag: number, type: number, count: number, value: number];
const directory = (next: number, ...entries: Entry[]): Buffer => {
  const bytes = Buffer.alloc(2 + 12 * entries.length + 4);
  bytes.writeUInt16BE(entries.length, 0);
  entries.forEach(([tag, type, count, value], i) => {
    bytes.writeUInt16BE(tag, 2 + 12 * i);
    bytes.writeUInt16BE(type, 4 + 12 * i);
    bytes.writeUInt32BE(count, 6 + 12 * i);
    bytes.writeUInt32BE(value, 10 + 12 * i);
  });
  bytes.writeUInt32BE(next, bytes.length - 4);
  return bytes;
};

/** 51° N, in the eighth byte of a directory of one field and behind it. */
const LATITUDE = Buffer.from('00000033000000010000001e000000010000000000000001', 'hex');

/** @param times how often the directory leads to a place @param thumbnail a JPEG */
export function exifTiff({ times = 0, thumbnail }: { times?: number; thumbnail?: Uint8Array } = {}): Buffer {
  const first = 8 + 2 + 12 * (1 + times) + 4;
  const gpsBytes = times === 0 ? 0 : 2 + 12 + 4 + LATITUDE.length;
  const second = first + gpsBytes;
  const places = Array.from({ length: times }, (): Entry => [0x8825, 4, 1, first]);
  const gps = times === 0 ? [] : [directory(0, [2, 5, 3, first + 2 + 12 + 4]), LATITUDE];
  const ifd1 = thumbnail
    ? [
        directory(0, [0x0201, 4, 1, second + 2 + 24 + 4], [0x0202, 4, 1, thumbnail.length]),
        Buffer.from(thumbnail),
      ]
    : [];
  return Buffer.concat([
    Buffer.from('MM\0*\0\0\0\x08', 'latin1'),
    directory(thumbnail ? second : 0, [0x0112, 3, 1, 1 << 16], ...places),
    ...gps,
    ...ifd1,
  ]);
}

export const exifSegment = (tiff: Uint8Array): Buffer =>
  segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff]));
