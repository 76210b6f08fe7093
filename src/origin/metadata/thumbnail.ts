import { entryOf, ifdAt, nextPointer } from './ifd.ts';

/** JPEGInterchangeFormat and its length (Exif 2.32, 4.6.5), which are LONG. */
const [OFFSET, BYTES] = [0x0201, 0x0202];

/**
 * An Exif segment's TIFF whose thumbnail, a JPEG of its own, is edited. It stays where it is, and what it no longer needs is zeros.
 * `null` where there is none, or nothing to edit.
 *
 * @param edit `null` for what stays as it is; what comes out is never longer
 */
export function withThumbnail(
  tiff: Uint8Array,
  edit: (jpeg: Uint8Array) => Uint8Array | null,
): Uint8Array | null {
  const picture = ifdAt(tiff, 4);
  const ifd = picture && ifdAt(tiff, nextPointer(picture));
  if (!ifd) return null;
  const [offset, bytes] = [entryOf(ifd, OFFSET), entryOf(ifd, BYTES)];
  if (offset === null || bytes === null) return null;
  const start = ifd.view.getUint32(offset + 8, ifd.little);
  const length = ifd.view.getUint32(bytes + 8, ifd.little);
  if (start < 8 || start + length > tiff.length) return null;
  const changed = edit(tiff.subarray(start, start + length));
  if (changed === null) return null;
  const copy = Uint8Array.from(tiff);
  // Its length before its bytes: those of a hostile file may be in one place.
  new DataView(copy.buffer, copy.byteOffset, copy.byteLength).setUint32(
    bytes + 8,
    changed.length,
    ifd.little,
  );
  copy.fill(0, start, start + length);
  copy.set(changed, start);
  return copy;
}
