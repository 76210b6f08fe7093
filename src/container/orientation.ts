import { jpegSegments, MARKER } from './jpeg-segments.ts';
import type { Layout } from './layout.ts';

const APP1 = 0xe1;
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const TAG = 0x0112;
const SHORT = 3;
const ENTRY_BYTES = 12;
/** Marker and length, name, TIFF header, a directory of one field. */
const LEAST_SEGMENT = 4 + EXIF.length + 8 + 2 + ENTRY_BYTES + 4;

/**
 * How a JPEG's pixels are turned to be shown, 1…8 (CIPA DC-008, Orientation): by its first Exif segment, as browsers have it.
 * Throws what `jpegSegments` throws.
 */
export function jpegOrientation(jpeg: Uint8Array): number {
  for (const { marker, data } of jpegSegments(jpeg)) {
    if (marker === MARKER.SOS) break;
    const body = jpeg.subarray(data.offset, data.offset + data.length);
    if (marker === APP1 && EXIF.every((byte, i) => body[i] === byte)) {
      return exifOrientation(body.subarray(EXIF.length));
    }
  }
  return 1;
}

/** An Exif segment of a JPEG that says how it is turned, and nothing else. */
export function orientationSegment(orientation: number): Uint8Array<ArrayBuffer> {
  const segment = new Uint8Array(LEAST_SEGMENT);
  const view = new DataView(segment.buffer);
  view.setUint16(0, 0xff00 | APP1);
  view.setUint16(2, LEAST_SEGMENT - 2);
  segment.set(EXIF, 4);
  view.setUint32(10, 0x4d4d002a);
  view.setUint32(14, 8);
  view.setUint16(18, 1);
  view.setUint16(20, TAG);
  view.setUint16(22, SHORT);
  view.setUint32(24, 1);
  view.setUint16(28, orientation);
  return segment;
}

/** What the TIFF of an Exif block says; 1 where that is nothing that counts, as for browsers: one SHORT of 1…8 in its first directory. */
export function exifOrientation(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 8) return 1;
  const order = view.getUint16(0);
  const little = order === 0x4949;
  if ((!little && order !== 0x4d4d) || view.getUint16(2, little) !== 42) return 1;
  const ifd = view.getUint32(4, little);
  if (ifd < 8 || ifd + 2 > tiff.length) return 1;
  const end = Math.min(ifd + 2 + ENTRY_BYTES * view.getUint16(ifd, little), tiff.length);
  for (let at = ifd + 2; at + ENTRY_BYTES <= end; at += ENTRY_BYTES) {
    if (view.getUint16(at, little) !== TAG) continue;
    const value = view.getUint16(at + 8, little);
    const counts = view.getUint16(at + 2, little) === SHORT && view.getUint32(at + 4, little) === 1;
    return counts && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Exif's orientations 5 to 8 exchange width and height. */
export function turnedSize({ width, height }: Size, orientation: number): Size {
  return orientation >= 5 && orientation <= 8 ? { width: height, height: width } : { width, height };
}

/** Pixels of the picture that is in a file, as it is shown. */
export function shownSize(layout: Layout): Size {
  return turnedSize(layout.kind === 'sdr' ? layout : layout.header, layout.orientation);
}
