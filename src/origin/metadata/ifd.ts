// Directories of the TIFF that an Exif segment holds (TIFF 6.0, section 2).

export const ENTRY_BYTES = 12;
/** Bytes of a value of each type, by its number; 0 for what is no type. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

export interface Ifd {
  readonly view: DataView;
  readonly little: boolean;
  /** Of its first entry. */
  readonly first: number;
  readonly count: number;
}

/** The IFD that the offset at `pointer` leads to; `null` if it is not whole within the bytes. */
export function ifdAt(tiff: Uint8Array, pointer: number): Ifd | null {
  if (tiff.length < 8 || pointer + 4 > tiff.length) return null;
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return null;
  const little = order === 0x4949;
  if (view.getUint16(2, little) !== 42) return null;
  const offset = view.getUint32(pointer, little);
  if (offset < 8 || offset + 2 > tiff.length) return null;
  const count = view.getUint16(offset, little);
  const first = offset + 2;
  return first + ENTRY_BYTES * count + 4 > tiff.length ? null : { view, little, first, count };
}

/** Where the offset of the IFD after it stands: in a picture's Exif, that of the thumbnail. */
export const nextPointer = ({ first, count }: Ifd): number => first + ENTRY_BYTES * count;

export function entriesOf({ view, little, first, count }: Ifd, tag: number): number[] {
  const entries = Array.from({ length: count }, (_, i) => first + ENTRY_BYTES * i);
  return entries.filter((entry) => view.getUint16(entry, little) === tag);
}

export function entryOf(ifd: Ifd, tag: number): number | null {
  return entriesOf(ifd, tag)[0] ?? null;
}

/** The entries of a tag go, in place; those after them, and the offset of the next IFD, move up. */
export function withoutEntries(bytes: Uint8Array, ifd: Ifd, tag: number): Ifd {
  const { view, little, first } = ifd;
  let to = first;
  for (let from = first; from < nextPointer(ifd); from += ENTRY_BYTES) {
    if (view.getUint16(from, little) === tag) continue;
    bytes.copyWithin(to, from, from + ENTRY_BYTES);
    to += ENTRY_BYTES;
  }
  const count = (to - first) / ENTRY_BYTES;
  bytes.copyWithin(to, nextPointer(ifd), nextPointer(ifd) + 4);
  bytes.fill(0, to + 4, nextPointer(ifd) + 4);
  view.setUint16(first - 2, count, little);
  return { ...ifd, count };
}

/**
 * Zeros for a directory and all that it leads to.
 *
 * @param most bytes of values; no more than the file has are anybody's, and what claims more is left
 * @returns bytes of values that are zeros now
 */
export function erase(bytes: Uint8Array, { view, little, first, count }: Ifd, most: number): number {
  let done = 0;
  for (let i = 0; i < count; i++) {
    const entry = first + ENTRY_BYTES * i;
    const length = (TYPE_BYTES[view.getUint16(entry + 2, little)] ?? 0) * view.getUint32(entry + 4, little);
    const at = view.getUint32(entry + 8, little);
    if (length <= 4 || at < 8 || done + length > most) continue;
    bytes.fill(0, at, at + length);
    done += length;
  }
  bytes.fill(0, first - 2, first + ENTRY_BYTES * count);
  return done;
}
