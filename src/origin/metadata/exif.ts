/** Of the fields of IFD0 (TIFF 6.0; Exif 2.32, 4.6). */
const TAG = { gps: 0x8825, artist: 0x013b, copyright: 0x8298 } as const;
const ASCII = 2;
const ENTRY_BYTES = 12;
/** Bytes of a value of each type, by its number; 0 for what is no type. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

interface Ifd {
  readonly view: DataView;
  readonly little: boolean;
  /** Of its first entry. */
  readonly first: number;
  readonly count: number;
}

export interface Author {
  readonly artist?: string;
  readonly copyright?: string;
}

/** Who made the picture and whose it is, as the TIFF of an Exif segment says it; nothing for bytes that are none. */
export function authorOf(tiff: Uint8Array): Author {
  const ifd = ifdAt(tiff, 4);
  if (ifd === null) return {};
  const [artist, copyright] = [text(ifd, TAG.artist), text(ifd, TAG.copyright)];
  return { ...(artist ? { artist } : {}), ...(copyright ? { copyright } : {}) };
}

/** A TIFF that says nothing else, in UTF-8 as everybody writes it, though Exif knows ASCII alone. */
export function tiffOf({ artist, copyright }: Author): Uint8Array {
  const fields = [
    [TAG.artist, artist],
    [TAG.copyright, copyright],
  ] as const;
  const said = fields.flatMap(([tag, value]) =>
    value === undefined ? [] : [{ tag, text: Buffer.from(`${value}\0`) }],
  );
  const head = Buffer.alloc(8 + 2 + ENTRY_BYTES * said.length + 4);
  head.write('MM\0*\0\0\0\x08', 'latin1');
  head.writeUInt16BE(said.length, 8);
  let end = head.length;
  said.forEach(({ tag, text }, i) => {
    const entry = 10 + ENTRY_BYTES * i;
    head.writeUInt16BE(tag, entry);
    head.writeUInt16BE(ASCII, entry + 2);
    head.writeUInt32BE(text.length, entry + 4);
    // Up to four bytes stand where the offset would.
    if (text.length <= 4) text.copy(head, entry + 8);
    else head.writeUInt32BE(end, entry + 8);
    if (text.length > 4) end += text.length;
  });
  return Buffer.concat([head, ...said.map(({ text }) => text).filter((text) => text.length > 4)]);
}

/**
 * The same TIFF without its GPS fields and with every offset as it was: the entry that leads to them goes, and what it led to is
 * zeros. `null` where there is no GPS to take away.
 */
export function withoutLocation(tiff: Uint8Array): Uint8Array | null {
  const found = ifdAt(tiff, 4);
  if (found === null || entryOf(found, TAG.gps) === null) return null;
  const copy = tiff.slice();
  const ifd = ifdAt(copy, 4)!;
  const entry = entryOf(ifd, TAG.gps)!;
  const gps = ifdAt(copy, entry + 8);
  if (gps !== null) erase(copy, gps);
  // Entries after it, and the offset of the next IFD, move up.
  const end = ifd.first + ENTRY_BYTES * ifd.count + 4;
  copy.copyWithin(entry, entry + ENTRY_BYTES, end);
  copy.fill(0, end - ENTRY_BYTES, end);
  ifd.view.setUint16(ifd.first - 2, ifd.count - 1, ifd.little);
  return copy;
}

function erase(bytes: Uint8Array, { view, little, first, count }: Ifd): void {
  for (let i = 0; i < count; i++) {
    const entry = first + ENTRY_BYTES * i;
    const length = (TYPE_BYTES[view.getUint16(entry + 2, little)] ?? 0) * view.getUint32(entry + 4, little);
    const at = view.getUint32(entry + 8, little);
    if (length > 4 && at >= 8) bytes.fill(0, at, Math.min(at + length, bytes.length));
  }
  bytes.fill(0, first - 2, first + ENTRY_BYTES * count);
}

/** The IFD that the offset at `pointer` leads to; `null` if it is not whole within the bytes. */
function ifdAt(tiff: Uint8Array, pointer: number): Ifd | null {
  if (tiff.length < 8) return null;
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

function entryOf({ view, little, first, count }: Ifd, tag: number): number | null {
  for (let i = 0; i < count; i++) {
    const entry = first + ENTRY_BYTES * i;
    if (view.getUint16(entry, little) === tag) return entry;
  }
  return null;
}

function text(ifd: Ifd, tag: number): string | undefined {
  const { view, little } = ifd;
  const entry = entryOf(ifd, tag);
  if (entry === null || view.getUint16(entry + 2, little) !== ASCII) return undefined;
  const length = view.getUint32(entry + 4, little);
  const at = length > 4 ? view.getUint32(entry + 8, little) : entry + 8;
  if (at + length > view.byteLength) return undefined;
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  // A copyright may have two parts, the photographer's and the editor's, with a zero between them.
  const parts = decoded(bytes).split('\0');
  const said = parts.map((part) => part.trim()).filter((part) => part !== '');
  return said.join('; ').slice(0, MOST_CHARACTERS) || undefined;
}

/** In UTF-8, or else in Latin 1: older writers' © is one byte. */
function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

const MOST_CHARACTERS = 1000;
