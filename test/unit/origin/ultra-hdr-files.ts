import sharp from 'sharp';
import { announcementPlace } from '../../../src/container/index.ts';
import { announcementOf } from '../../../src/gain-map/index.ts';
import { isoMetadataSegment } from '../../../src/gain-map/iso21496.ts';
import { mapXmpSegment } from '../../../src/gain-map/xmp.ts';

export const SIZE = { width: 80, height: 48 };

export interface Phone {
  readonly orientation?: number;
  /** What describes the map. */
  readonly by?: readonly ('xmp' | 'iso')[];
  /** Segments that are put behind the SOI of the base. */
  readonly segments?: readonly Uint8Array[];
}

const METADATA = {
  min: [0, 0, 0],
  max: [3, 3, 3],
  gamma: [1, 1, 1],
  offsetSdr: [1 / 64, 1 / 64, 1 / 64],
  offsetHdr: [1 / 64, 1 / 64, 1 / 64],
  capacityMin: 0,
  capacityMax: 3,
} as const;

/** What a phone writes: a picture that says where and by whom it was taken, and a map at half its size that is bright on the right. */
export async function phonePicture({ orientation, by = ['xmp'], segments = [] }: Phone = {}) {
  const pixels = Uint8Array.from({ length: SIZE.width * SIZE.height * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % SIZE.width, Math.floor(i / 3 / SIZE.width)];
    return [3 * x, 40 + 3 * y, 130][i % 3]!;
  });
  const plain = await sharp(pixels, { raw: { ...SIZE, channels: 3 } })
    .withExif({
      IFD0: { Artist: 'A. Photographer', Copyright: '© A. Photographer' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '48/1 51/1 0/1' },
    })
    .withMetadata(orientation === undefined ? {} : { orientation })
    .jpeg({ quality: 92 })
    .toBuffer();
  const base = Buffer.concat([plain.subarray(0, 2), ...segments, plain.subarray(2)]);
  const codes = Uint8Array.from({ length: 40 * 24 }, (_, i) => Math.min(255, 8 * (i % 40)));
  const bare = await sharp(codes, { raw: { width: 40, height: 24, channels: 1 } })
    .toColourspace('b-w')
    .jpeg({ quality: 95 })
    .toBuffer();
  const described = by.map((way) => (way === 'xmp' ? mapXmpSegment(METADATA) : isoMetadataSegment(METADATA)));
  const map = Buffer.concat([bare.subarray(0, 2), ...described, bare.subarray(2)]);
  const at = announcementPlace(base);
  const announcement = announcementOf(base, at, map.length);
  const file = Buffer.concat([base.subarray(0, at), announcement, base.subarray(at), map]);
  return { file: Uint8Array.from(file), base, map };
}

export function segment(marker: number, body: string | Uint8Array): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : Buffer.from(body);
  const length = bytes.length + 2;
  return Buffer.concat([Buffer.of(0xff, marker, length >> 8, length & 255), bytes]);
}
