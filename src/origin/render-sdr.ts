import sharp from 'sharp';
import { DEFAULT_QUALITY } from '../codec/encode.ts';
import type { SdrPicture } from '../codec/picture.ts';
import { ContainerError, stripToBase } from '../container/index.ts';
import type { Variant } from '../delivery/variant.ts';
import { checkJpeg, JpegError } from '../inference/jpeg-check.ts';
import { sdrCodes } from './sdr-codes.ts';
import { transform, type ScaledPicture } from './transform/index.ts';

/**
 * An SDR picture as a plain JPEG: there is no light in it for layers to bring back, and none is invented. A JPEG of which nothing
 * is asked stays as it is, byte for byte.
 *
 * @param body    the file that the picture was read from
 * @param picture linear light, 1.0 for white
 * @throws ProblemError 400 for what cannot be done to this picture
 */
export async function renderSdr(
  body: Uint8Array,
  picture: ScaledPicture,
  variant: Variant,
  maxPixels: number,
): Promise<Uint8Array> {
  const result = transform(picture, variant);
  const own = result === picture && variant.q === undefined ? servable(body, maxPixels) : null;
  return own ?? encodeJpeg(sdrCodes(result), variant.q ?? DEFAULT_QUALITY);
}

/** The JPEG that a file is, without what follows it; null for other files, and for JPEGs that not every client shows (CMYK). */
function servable(body: Uint8Array, maxPixels: number): Uint8Array | null {
  try {
    checkJpeg(body, maxPixels);
    return stripToBase(body);
  } catch (error) {
    if (error instanceof JpegError || error instanceof ContainerError) return null;
    throw error;
  }
}

/**
 * Coded by libjpeg-turbo's means, as other servers do, so that a quality means here what it means there: mozjpeg's trellis and tables
 * leave less of the picture at the same number.
 */
async function encodeJpeg({ width, height, data }: SdrPicture, quality: number): Promise<Uint8Array> {
  const raw = { width, height, channels: 3 } as const;
  const jpeg = await sharp(data, { raw, limitInputPixels: false })
    .jpeg({ quality, progressive: true })
    .toBuffer();
  // A copy: memory that sharp allocated cannot be transferred from one thread to another.
  return Uint8Array.from(jpeg);
}
