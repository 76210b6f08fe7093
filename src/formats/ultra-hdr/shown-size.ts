import { damaged } from '../errors.ts';
import type { PictureSize } from '../limits.ts';
import { exifSize } from '../tiff/exif.ts';
import { exifOrientation, turnedSize } from '../../container/index.ts';
import { readJpegHeader } from './segments.ts';

/**
 * The size of a JPEG as it is shown: by its frame, or by its Exif where the bytes end before that, as they do behind the depth maps
 * and portraits that phones put into metadata.
 *
 * @throws FormatError `damaged`
 */
export function jpegShownSize(beginning: Uint8Array): PictureSize {
  const { size, exif } = readJpegHeader(beginning);
  const stored = size ?? (exif && exifSize(exif));
  if (!stored) throw damaged('the JPEG does not say its size in the bytes that there are');
  return turnedSize(stored, exif ? exifOrientation(exif) : 1);
}
