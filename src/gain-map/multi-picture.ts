import { appSegment } from './segments.ts';

const NAME = 'MPF\0';
const IFD_ENTRIES = 3;
const IFD_BYTES = 2 + 12 * IFD_ENTRIES + 4;
const ENTRY_BYTES = 16;
const PICTURES = 2;
/** Bytes of the segment's marker, length and name, before the header from which offsets count. */
const BEFORE_HEADER = 4 + NAME.length;
/** Of CIPA DC-007, table 3: the types of a field. */
const [LONG, UNDEFINED] = [4, 7];
const BASELINE_PRIMARY = 0x03_00_00;

/** Bytes of the index's segment, marker included: the same whatever it says. */
export const INDEX_SEGMENT_BYTES = BEFORE_HEADER + 8 + IFD_BYTES + ENTRY_BYTES * PICTURES;

/**
 * The Multi-Picture index (CIPA DC-007, 5.2) of a base and the gain map behind it.
 *
 * @param baseBytes  of the base with everything that was put into it, this segment included
 * @param mapBytes   of the JPEG that follows it
 * @param at         where this segment will be in the base
 */
export function multiPictureSegment(baseBytes: number, mapBytes: number, at: number): Uint8Array {
  const data = new Uint8Array(INDEX_SEGMENT_BYTES - BEFORE_HEADER);
  const view = new DataView(data.buffer);
  data.set([0x4d, 0x4d, 0x00, 0x2a]);
  view.setUint32(4, 8);
  view.setUint16(8, IFD_ENTRIES);
  const entries = 8 + IFD_BYTES;
  const field = (index: number, tag: number, type: number, count: number, value: number): void => {
    const from = 10 + 12 * index;
    view.setUint16(from, tag);
    view.setUint16(from + 2, type);
    view.setUint32(from + 4, count);
    view.setUint32(from + 8, value);
  };
  // The version, "0100", is four characters, which stand where an offset would.
  field(0, 0xb000, UNDEFINED, 4, 0x30_31_30_30);
  field(1, 0xb001, LONG, 1, PICTURES);
  field(2, 0xb002, UNDEFINED, ENTRY_BYTES * PICTURES, entries);
  view.setUint32(entries, BASELINE_PRIMARY);
  view.setUint32(entries + 4, baseBytes);
  view.setUint32(entries + ENTRY_BYTES + 4, mapBytes);
  view.setUint32(entries + ENTRY_BYTES + 8, baseBytes - (at + BEFORE_HEADER));
  return appSegment(2, NAME, data);
}
