import sharp, { type Sharp } from 'sharp';
import { orientationSegment, writeLayered, type LayeredHeader } from '../../../src/container/index.ts';

/** A noisy picture: its entropy-coded data hold stuffed FF bytes. */
function noise(width: number, height: number, channels: 1 | 3 | 4): Sharp {
  let state = 1;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state >> 16;
  });
  return sharp(data, { raw: { width, height, channels } });
}

const colour = noise(75, 52, 3);

/** JPEGs of 75 × 52 pixels from sharp (mozjpeg's and libjpeg-turbo's writers). */
export const jpegs = {
  baseline: await colour.clone().jpeg({ quality: 95 }).toBuffer(),
  progressive: await colour.clone().jpeg({ quality: 90, progressive: true }).toBuffer(),
  mozjpeg: await colour.clone().jpeg({ quality: 75, mozjpeg: true }).toBuffer(),
  '4:4:4': await colour.clone().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
  grey: await noise(75, 52, 1).toColourspace('b-w').jpeg().toBuffer(),
  cmyk: await colour.clone().toColourspace('cmyk').jpeg().toBuffer(),
  exif: await colour
    .clone()
    .withExif({ IFD0: { Copyright: 'nobody' } })
    .withIccProfile('p3')
    .jpeg()
    .toBuffer(),
};

/** A JPEG with a thumbnail, a whole JPEG with an EOI of its own, in an APP1 segment after SOI. */
export async function withThumbnail(jpeg: Buffer): Promise<Buffer> {
  const thumbnail = await noise(16, 16, 3).jpeg().toBuffer();
  const data = Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\b\0\0\0\0\0\0', 'latin1'), thumbnail]);
  const lead = Buffer.of(0xff, 0xe1, 0, 0);
  lead.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), lead, data, jpeg.subarray(2)]);
}

/** A mid-grey picture of 32 × 8 pixels by hand: four blocks with a restart marker after each but the last. */
export const restarts = Buffer.from(
  'ffd8' +
    `ffdb004300${'01'.repeat(64)}` +
    'ffc0000b080008002001011100' +
    // Huffman tables of one code each: DC difference 0, and end of block.
    `ffc40014000100${'00'.repeat(14)}00` +
    `ffc40014100100${'00'.repeat(14)}00` +
    'ffdd00040001' +
    'ffda0008010100003f00' +
    '3fffd03fffd13fffd23f' +
    'ffd9',
  'hex',
);

export function headerOf(width: number, height: number): Omit<LayeredHeader, 'layers' | 'gainMap'> {
  return {
    modelId: 'han2020',
    modelDigest: new Uint8Array(32).fill(7),
    width,
    height,
    primaries: 9,
    nitsPerUnit: 203,
    headroom: 3.25,
    inverseToneCurve: [Uint16Array.of(0, 40000), Uint16Array.of(0, 41000), Uint16Array.of(5, 39000, 42000)],
    tile: { core: 512, encoder: 32, decoder: 48, post: 64 },
  };
}

/** A layered file of three layers and a gain-map part, and where its parts end. */
export function layeredFile() {
  const base = restarts;
  const layers = ['layer the first', 'an EOI \xff\xd9', 'the third layer'].map((text, k) => ({
    data: Buffer.from(text, 'latin1'),
    range: 2 ** -k,
  }));
  const gainMap = Buffer.from('map');
  const file = writeLayered({ base, header: headerOf(32, 8), layers, gainMap });
  const payload = layers.reduce((sum, layer) => sum + layer.data.length, gainMap.length);
  const headerEnd = file.length - payload;
  const layerEnds: number[] = [];
  let end = headerEnd;
  for (const { data } of layers) layerEnds.push((end += data.length));
  return { file, base, layers, gainMap, headerEnd, layerEnds };
}

export const ORIENTATIONS = [1, 2, 3, 4, 5, 6, 7, 8] as const;

/** The same JPEG with an Exif segment in front that says how it is turned, and nothing else. */
export function turnedJpeg(jpeg: Uint8Array, orientation: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    Buffer.concat([jpeg.subarray(0, 2), orientationSegment(orientation), jpeg.subarray(2)]),
  );
}
