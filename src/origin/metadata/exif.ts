import { authorOfFields, MOST_CHARACTERS, type Author } from './author-fields.ts';
import {
  ENTRY_BYTES,
  entriesOf,
  entryOf,
  erase,
  ifdAt,
  nextPointer,
  withoutEntries,
  type Ifd,
} from './ifd.ts';

/** Of the fields of IFD0 (TIFF 6.0; Exif 2.32, 4.6). */
const TAG = { gps: 0x8825, artist: 0x013b, copyright: 0x8298 } as const;
const ASCII = 2;
/** Directories of an Exif segment: the picture’s and its thumbnail’s. */
const IFDS = 2;

/** Who made the picture and whose it is, as the TIFF of an Exif segment says it; nothing for bytes that are none. */
export function authorOf(tiff: Uint8Array): Author {
  const ifd = ifdAt(tiff, 4);
  if (ifd === null) return {};
  const [artist, copyright] = [text(ifd, TAG.artist), text(ifd, TAG.copyright)];
  return authorOfFields(artist, copyright);
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
 * The same TIFF without its GPS fields and with every offset as it was: the entries that lead to them go, and what they led to is
 * zeros. `null` where there is no GPS to take away.
 */
export function withoutLocation(tiff: Uint8Array): Uint8Array | null {
  const copy = Uint8Array.from(tiff);
  let found = false;
  let left = tiff.length;
  let pointer = 4;
  for (let i = 0; i < IFDS; i++) {
    let ifd = ifdAt(copy, pointer);
    if (ifd === null) break;
    const entries = entriesOf(ifd, TAG.gps);
    if (entries.length > 0) {
      found = true;
      const places = entries.map((entry) => ifdAt(copy, entry + 8));
      ifd = withoutEntries(copy, ifd, TAG.gps);
      for (const place of places) if (place !== null) left -= erase(copy, place, left);
    }
    pointer = nextPointer(ifd);
  }
  return found ? copy : null;
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
