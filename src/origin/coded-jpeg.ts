import sharp from 'sharp';
import type { SdrPicture } from '../codec/picture.ts';
import { announcementPlace } from '../container/index.ts';
import { APP1, EXIF, segmentOf } from './metadata/app-segments.ts';
import type { Author } from './metadata/author-fields.ts';
import { tiffOf } from './metadata/exif.ts';

/**
 * An SDR picture as a JPEG of sRGB that says whose it is. Coded by libjpeg-turbo's means, as other servers do, so that a quality means
 * here what it means there: mozjpeg's trellis and tables leave less of the picture at the same number.
 *
 * @param quality 1…100
 */
export async function codedJpeg(
  { width, height, data }: SdrPicture,
  quality: number,
  author: Author,
): Promise<Uint8Array> {
  const raw = { width, height, channels: 3 } as const;
  const jpeg = await sharp(data, { raw, limitInputPixels: false })
    .jpeg({ quality, progressive: true })
    .toBuffer();
  // A copy: memory that sharp allocated cannot be transferred from one thread to another.
  if (author.artist === undefined && author.copyright === undefined) return Uint8Array.from(jpeg);
  // Not by sharp, whose libexif makes ASCII of every name.
  const segment = segmentOf(APP1, Buffer.concat([Buffer.from(EXIF), tiffOf(author)]));
  const at = announcementPlace(jpeg);
  return Uint8Array.from(Buffer.concat([jpeg.subarray(0, at), segment, jpeg.subarray(at)]));
}
