import { DEFAULT_QUALITY } from '../codec/encode.ts';
import { ContainerError } from '../container/index.ts';
import type { Variant } from '../delivery/variant.ts';
import { announcesGainMap } from '../formats/ultra-hdr/find.ts';
import { readJpegHeader } from '../formats/ultra-hdr/segments.ts';
import { checkJpeg, JpegError } from '../inference/jpeg-check.ts';
import { codedJpeg } from './coded-jpeg.ts';
import type { Author } from './metadata/author-fields.ts';
import { authorOf } from './metadata/author.ts';
import { lostByCoding, plainJpeg, type Notice, type PlainJpeg } from './metadata/plain-jpeg.ts';
import { sdrCodes } from './sdr-codes.ts';
import { transform, type ScaledPicture } from './transform/index.ts';

export interface SdrOptions {
  readonly maxPixels: number;
  /** Whether the place where a picture was taken stays in its metadata. */
  readonly keepLocation?: boolean | undefined;
}

/**
 * An SDR picture as a plain JPEG: there is no light in it for layers to bring back, and none is invented. A JPEG of which nothing
 * is asked stays as it is, but for the place where it was taken; of others the author and the copyright are kept.
 *
 * @param body    the file that the picture was read from
 * @param picture linear light, 1.0 for white
 * @throws ProblemError 400 for what cannot be done to this picture
 */
export async function renderSdr(
  body: Uint8Array,
  picture: ScaledPicture,
  variant: Variant,
  options: SdrOptions,
): Promise<PlainJpeg> {
  const result = transform(picture, variant);
  const own = result === picture && variant.q === undefined ? servable(body, options) : null;
  const { bytes, notices } = own ?? (await codedSdr(body, result, variant));
  return { bytes, notices: lostItsMap(body) ? [...notices, 'gain_map_missing'] : notices };
}

/** An SDR picture that was HDR until an editor dropped its gain map. */
function lostItsMap(body: Uint8Array): boolean {
  return announcesGainMap(readJpegHeader(body));
}

/** A picture coded anew, with what its file says of its author. */
export async function codedSdr(
  body: Uint8Array,
  picture: ScaledPicture,
  { q = DEFAULT_QUALITY }: Variant,
): Promise<PlainJpeg> {
  const { author, notices } = metadataOf(body);
  return { bytes: await codedJpeg(sdrCodes(picture), q, author), notices };
}

/** The JPEG that a file is, as it may be shown to everybody; null for other files, and for JPEGs that not every client shows (CMYK). */
export function servable(body: Uint8Array, { maxPixels, keepLocation }: SdrOptions): PlainJpeg | null {
  try {
    checkJpeg(body, maxPixels);
    return plainJpeg(body, keepLocation === undefined ? {} : { keepLocation });
  } catch (error) {
    if (error instanceof JpegError || error instanceof ContainerError) return null;
    throw error;
  }
}

/** Of a JPEG; other files are not asked. */
function metadataOf(body: Uint8Array): { author: Author; notices: readonly Notice[] } {
  try {
    return { author: authorOf(body), notices: lostByCoding(body) };
  } catch (error) {
    if (error instanceof ContainerError) return { author: {}, notices: [] };
    throw error;
  }
}
