import { jpegSegments, MARKER } from './jpeg-segments.ts';
import type { Announcement, Part } from './layout.ts';

const APP0 = 0xe0;
const APP1 = 0xe1;
const APP15 = 0xef;
/** The identifier of a segment is no longer than that. */
const EXIF = [0x45, 0x78, 0x69, 0x66, 0x00];

/**
 * Finds the announcement of a gain-map part: the whole APPn segments that it begins with. Their place in the base is after the
 * segments that JFIF and Exif want first (T.871, 10.1; Exif 2.32, 4.5.4), so that what the base was, it stays.
 *
 * @param bytes the file; the base's segments have been walked before and are sound
 */
export function findAnnouncement(bytes: Uint8Array, gainMap: Part): Announcement {
  return { at: announcementPlace(bytes), length: lengthOfSegments(bytes, gainMap) };
}

/** Where an announcement goes in a base. Throws what `jpegSegments` throws. */
export function announcementPlace(bytes: Uint8Array): number {
  let at = 0;
  for (const { marker, data, end } of jpegSegments(bytes)) {
    const leading =
      marker === MARKER.SOI ||
      marker === APP0 ||
      (marker === APP1 && EXIF.every((byte, i) => bytes[data.offset + i] === byte));
    if (!leading) break;
    at = end;
  }
  return at;
}

function lengthOfSegments(bytes: Uint8Array, { offset, length }: Part): number {
  const end = offset + length;
  let at = offset;
  while (at + 4 <= end && bytes[at] === 0xff && bytes[at + 1]! >= APP0 && bytes[at + 1]! <= APP15) {
    const next = at + 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
    if (next < at + 4 || next > end) break;
    at = next;
  }
  return at - offset;
}
