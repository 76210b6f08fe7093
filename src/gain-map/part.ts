import { jpegSegments, MARKER } from '../container/index.ts';
import { ISO_21496_1, isoMetadataSegment, isoVersionSegment } from './iso21496.ts';
import type { GainMap } from './make.ts';
import type { GainMapMetadata } from './metadata.ts';
import { INDEX_SEGMENT_BYTES, multiPictureSegment } from './multi-picture.ts';
import { joined, withSegments } from './segments.ts';
import { baseXmpSegment, mapXmpSegment, XMP } from './xmp.ts';

/**
 * The gain-map part of a layered file (`container/FORMAT.md`): what announces the map in the base, and the map with its metadata
 * in both of the ways that readers know, XMP and ISO 21496-1.
 *
 * @param base the JPEG up to its EOI, into which nobody has put an announcement
 * @param at   where the container puts an announcement into it (`announcementPlace`)
 */
export function gainMapPart(base: Uint8Array, at: number, { jpeg, metadata }: GainMap): Uint8Array {
  const map = withSegments(jpeg, afterJfif(jpeg), [mapXmpSegment(metadata), isoMetadataSegment(metadata)]);
  return joined([announcementOf(base, at, map.length), map]);
}

/**
 * The part for a map that came with its base: every byte of it stays, and what it does not say yet is said beside it.
 *
 * @param map its JPEG
 */
export function keptGainMapPart(
  base: Uint8Array,
  at: number,
  map: Uint8Array,
  metadata: GainMapMetadata,
): Uint8Array {
  const missing = [
    ...(has(map, XMP, 'hdrgm:GainMapMax') ? [] : [mapXmpSegment(metadata)]),
    ...(has(map, ISO_21496_1, '') ? [] : [isoMetadataSegment(metadata)]),
  ];
  const whole = withSegments(map, afterJfif(map), missing);
  return joined([announcementOf(base, at, whole.length), whole]);
}

/** Whether a JPEG has a segment of this name that says this. */
function has(jpeg: Uint8Array, name: string, said: string): boolean {
  for (const { marker, data } of jpegSegments(jpeg)) {
    if (marker === MARKER.SOS) return false;
    const text = new TextDecoder('latin1').decode(jpeg.subarray(data.offset, data.offset + data.length));
    if (text.startsWith(name) && text.includes(said)) return true;
  }
  return false;
}

/** @param mapBytes of the JPEG that is to follow the base */
export function announcementOf(base: Uint8Array, at: number, mapBytes: number): Uint8Array {
  const before = [baseXmpSegment(mapBytes), isoVersionSegment()];
  const bytes = before.reduce((sum, { length }) => sum + length, 0);
  const index = multiPictureSegment(base.length + bytes + INDEX_SEGMENT_BYTES, mapBytes, at + bytes);
  return joined([...before, index]);
}

/** JFIF's segment is the first after SOI (T.871, 10.1). */
function afterJfif(jpeg: Uint8Array): number {
  for (const { marker, offset } of jpegSegments(jpeg))
    if (marker !== MARKER.SOI && marker !== 0xe0) return offset;
  return 2;
}
