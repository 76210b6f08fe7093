import { IfdReader } from '../tiff/ifd.ts';
import type { JpegHeader } from './segments.ts';

// The Multi-Picture index: CIPA DC-007, 5.2.

const ENTRIES = 0xb002;
const ENTRY_BYTES = 16;
/** Class 1 and 2 of "large thumbnail": previews of the picture. */
const THUMBNAILS = [0x01_00_01, 0x01_00_02];

/** Where a JPEG's index says that its further pictures begin in the file, in their order; what it calls a thumbnail is left out. */
export function furtherPictures({ multiPicture }: JpegHeader): number[] {
  if (!multiPicture) return [];
  const { bytes, offset } = multiPicture;
  const little = bytes[0] === 0x49;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = new IfdReader(bytes, little);
  const entries = bytes.length >= 8 ? reader.read(view.getUint32(4, little))?.fields.get(ENTRIES) : undefined;
  if (!entries) return [];
  const found: number[] = [];
  for (let at = entries.offset; at + ENTRY_BYTES <= entries.offset + entries.count; at += ENTRY_BYTES) {
    const kind = view.getUint32(at, little) & 0xff_ff_ff;
    // Offsets count from the index's own header; of the file's first picture it is 0.
    const start = view.getUint32(at + 8, little);
    if (start > 0 && !THUMBNAILS.includes(kind)) found.push(offset + start);
  }
  return found;
}
