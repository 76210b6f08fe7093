import sharp from 'sharp';
import type { SdrPicture } from '../codec/picture.ts';
import type { Author } from './metadata/exif.ts';

/**
 * An SDR picture as a JPEG of sRGB that says whose it is. Coded by libjpeg-turbo's means, as other servers do, so that a quality means
 * here what it means there: mozjpeg's trellis and tables leave less of the picture at the same number.
 *
 * @param quality 1…100
 */
export async function codedJpeg(
  { width, height, data }: SdrPicture,
  quality: number,
  { artist, copyright }: Author,
): Promise<Uint8Array> {
  const raw = { width, height, channels: 3 } as const;
  const author = {
    ...(artist === undefined ? {} : { Artist: artist }),
    ...(copyright === undefined ? {} : { Copyright: copyright }),
  };
  const image = sharp(data, { raw, limitInputPixels: false });
  const named = Object.keys(author).length === 0 ? image : image.withExif({ IFD0: author });
  // A copy: memory that sharp allocated cannot be transferred from one thread to another.
  return Uint8Array.from(await named.jpeg({ quality, progressive: true }).toBuffer());
}
