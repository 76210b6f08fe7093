import { formatOf } from './format-of.ts';
import type { PictureProbe } from './format.ts';
import { checkSize } from './limits.ts';

/** Bytes from the beginning of a file that mostly suffice. */
export const PROBE_BYTES = 65_536;

/** What is too large is so for who reads it, by limits that a probe does not know. */
const ANY_SIZE = { maxPixels: Infinity, maxDimension: Number.MAX_SAFE_INTEGER };

/**
 * Format, size and range of a picture from the beginning of its file, nothing of which is decoded. The first 64 kB suffice for all
 * but the headroom of a gain map that comes later, as in JPEG, where null says so, and a TIFF whose directory comes after its pixels,
 * which is refused; more bytes may know more.
 *
 * @throws FormatError for files that are not read, and where the beginning does not say the size
 */
export function probe(beginning: Uint8Array): PictureProbe & { readonly kind: string } {
  const format = formatOf(beginning);
  const { width, height, hdr, headroom } = format.probe(beginning);
  checkSize({ width, height }, ANY_SIZE);
  return { kind: format.kind, width, height, hdr, headroom };
}
