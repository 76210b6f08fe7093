import { jpegSegments, MARKER } from '../../src/container/jpeg-segments.ts';

/** A JPEG's scans with their entropy-coded data, tables and frame header between them: all that its pixels are coded in. */
export function scanOf(jpeg: Uint8Array): Buffer {
  const parts: Uint8Array[] = [];
  for (const { marker, offset, end } of jpegSegments(jpeg)) {
    const application = marker >= 0xe0 && marker <= 0xef;
    if (!application && marker !== MARKER.SOI) parts.push(jpeg.subarray(offset, end));
  }
  return Buffer.concat(parts);
}
