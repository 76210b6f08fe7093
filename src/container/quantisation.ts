import { ContainerError } from './errors.ts';
import { jpegSegments, MARKER, startsFrame } from './jpeg-segments.ts';

const DQT = 0xdb;

/**
 * The quantisation table of a JPEG's first component (ITU-T T.81, B.2.2 and B.2.4.1): 64 steps in the order of the zigzag.
 *
 * @throws ContainerError `invalid_jpeg` where there is none before the first scan, and what `jpegSegments` throws
 */
export function lumaQuantisation(jpeg: Uint8Array): Uint16Array {
  const tables: Uint16Array[] = [];
  let slot = 0;
  for (const { marker, data } of jpegSegments(jpeg)) {
    if (marker === MARKER.SOS) break;
    // After precision, height, width and the number of components comes the first: its id, its sampling, its table.
    if (startsFrame(marker) && data.length > 8) slot = jpeg[data.offset + 8]!;
    if (marker === DQT) readTables(jpeg.subarray(data.offset, data.offset + data.length), tables);
  }
  const table = tables[slot];
  if (table === undefined) {
    throw new ContainerError('invalid_jpeg', 'The JPEG has no quantisation table for its first component.');
  }
  return table;
}

/** Takes the tables of a segment, by slot; what is left of one that is cut is not a table. */
function readTables(segment: Uint8Array, tables: Uint16Array[]): void {
  for (let at = 0; at < segment.length;) {
    const bytes = segment[at]! >> 4 === 0 ? 1 : 2;
    const slot = segment[at]! & 15;
    const start = at + 1;
    at = start + 64 * bytes;
    if (at > segment.length) return;
    tables[slot] = Uint16Array.from({ length: 64 }, (_, i) =>
      bytes === 1 ? segment[start + i]! : (segment[start + 2 * i]! << 8) | segment[start + 2 * i + 1]!,
    );
  }
}
