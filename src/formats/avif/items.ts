import { damaged, FormatError } from '../errors.ts';
import { boxes, BoxReader, type Box } from './boxes.ts';

// Items of a file's meta box: ISO/IEC 14496-12, 8.11; their properties: ISO/IEC 23008-12, 9.3.

export interface Item {
  readonly id: number;
  readonly type: string;
  /** Where the byte is whose lowest bit hides the item. */
  readonly flags: number;
  /** In the order in which they apply. */
  readonly properties: readonly Box[];
  /** Where its data are. */
  readonly extents: readonly Extent[];
  /** Items that it is derived from (`dimg`). */
  readonly derivedFrom: readonly number[];
}

export interface Extent {
  readonly offset: number;
  readonly length: number;
}

export interface Items {
  readonly primary: number;
  /** Where the file says which item is the primary one, and in how many bytes. */
  readonly primaryField: Extent;
  readonly byId: ReadonlyMap<number, Item>;
}

/** More than a grid of tiles of the largest picture, with thumbnails and metadata, has. */
const MOST_ITEMS = 4096;
const MOST_EXTENTS = 64;

/**
 * @param cut whether the bytes are only a file's beginning
 * @throws FormatError `damaged`
 */
export function readItems(bytes: Uint8Array, cut = false): Items {
  const top = boxes(bytes, 0, bytes.length, cut);
  const meta = top.find(({ type }) => type === 'meta');
  if (!meta) throw withoutMeta(top);
  const parts = boxes(bytes, meta.start + 4, meta.end);
  const part = (type: string): Box | undefined => parts.find((box) => box.type === type);
  const pitm = part('pitm');
  if (!pitm) throw top.some(isFilm) ? withoutStill() : damaged('the file says no primary item');
  const reader = new BoxReader(bytes, pitm);
  const idBytes = reader.uint(4) >>> 24 === 0 ? 2 : 4;
  const primaryField = { offset: reader.at, length: idBytes };
  const primary = reader.uint(idBytes);
  const entries = itemEntries(bytes, part('iinf'));
  const extents = itemExtents(bytes, part('iloc'), part('idat'));
  const properties = itemProperties(bytes, part('iprp'));
  const derived = derivations(bytes, part('iref'));
  const byId = new Map<number, Item>();
  for (const [id, entry] of entries)
    byId.set(id, {
      id,
      ...entry,
      properties: properties.get(id) ?? [],
      extents: extents.get(id) ?? [],
      derivedFrom: derived.get(id) ?? [],
    });
  if (!byId.has(primary)) throw damaged('the file has no such item as its primary one');
  return { primary, primaryField, byId };
}

/** ISO/IEC 14496-12, 8.2: what a sequence is described in. */
const isFilm = ({ type }: Box): boolean => type === 'moov';

function withoutStill(): FormatError {
  return new FormatError(
    'unsupported_feature',
    'this AVIF is a sequence without a still picture of its own, which is not read; save a frame of it as AVIF',
  );
}

function withoutMeta(top: readonly Box[]): FormatError {
  if (top.some(isFilm)) return withoutStill();
  if (top.some(({ type }) => type === 'mini'))
    return new FormatError(
      'unsupported_feature',
      'AVIF with its header in short (a mini box) is not read; save the picture with a header in full',
    );
  return damaged('the file has no meta box');
}

function itemEntries(bytes: Uint8Array, iinf: Box | undefined): Map<number, Pick<Item, 'type' | 'flags'>> {
  const entries = new Map<number, Pick<Item, 'type' | 'flags'>>();
  if (!iinf) return entries;
  const reader = new BoxReader(bytes, iinf);
  reader.uint(reader.uint(1) === 0 ? 5 : 7);
  for (const entry of boxes(bytes, reader.at, iinf.end)) {
    if (entry.type !== 'infe') continue;
    const infe = new BoxReader(bytes, entry);
    const version = infe.uint(1);
    infe.uint(3);
    const id = infe.uint(version === 2 ? 2 : 4);
    infe.uint(2);
    entries.set(id, { type: infe.type(), flags: entry.start + 3 });
  }
  return entries;
}

function itemExtents(bytes: Uint8Array, iloc: Box | undefined, idat: Box | undefined): Map<number, Extent[]> {
  const found = new Map<number, Extent[]>();
  if (!iloc) return found;
  const reader = new BoxReader(bytes, iloc);
  const version = reader.uint(1);
  reader.uint(3);
  const sizes = reader.uint(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  if ([offsetBytes, lengthBytes, baseBytes, indexBytes].some((size) => size > 8))
    throw damaged('the file has item locations of a size that is none');
  const count = reader.uint(version < 2 ? 2 : 4);
  if (count > MOST_ITEMS) throw damaged('the file has more items than any picture needs');
  for (let i = 0; i < count; i++) {
    const id = reader.uint(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : reader.uint(2) & 15;
    reader.uint(2);
    const base = reader.uint(baseBytes);
    const pieces = reader.uint(2);
    if (pieces > MOST_EXTENTS)
      throw damaged('an item of the file lies in more pieces than any picture needs');
    const extents: Extent[] = [];
    for (let k = 0; k < pieces; k++) {
      reader.uint(indexBytes);
      const offset = base + reader.uint(offsetBytes) + (method === 1 ? (idat?.start ?? 0) : 0);
      extents.push({ offset, length: reader.uint(lengthBytes) });
    }
    found.set(id, extents);
  }
  return found;
}

function itemProperties(bytes: Uint8Array, iprp: Box | undefined): Map<number, Box[]> {
  const found = new Map<number, Box[]>();
  if (!iprp) return found;
  const parts = boxes(bytes, iprp.start, iprp.end);
  const ipco = parts.find(({ type }) => type === 'ipco');
  const all = ipco ? boxes(bytes, ipco.start, ipco.end) : [];
  for (const ipma of parts.filter(({ type }) => type === 'ipma')) {
    const reader = new BoxReader(bytes, ipma);
    const version = reader.uint(1);
    const wide = (reader.uint(3) & 1) === 1;
    const count = reader.uint(4);
    if (count > MOST_ITEMS) throw damaged('the file has more items than any picture needs');
    for (let i = 0; i < count; i++) {
      const id = reader.uint(version === 0 ? 2 : 4);
      const own: Box[] = [];
      for (let left = reader.uint(1); left > 0; left--) {
        // The highest bit says that the property is essential; indices count from 1.
        const index = wide ? reader.uint(2) & 0x7fff : reader.uint(1) & 0x7f;
        const property = all[index - 1];
        if (property) own.push(property);
      }
      found.set(id, own);
    }
  }
  return found;
}

function derivations(bytes: Uint8Array, iref: Box | undefined): Map<number, number[]> {
  const found = new Map<number, number[]>();
  if (!iref) return found;
  const reader = new BoxReader(bytes, iref);
  const idBytes = reader.uint(4) >>> 24 === 0 ? 2 : 4;
  for (const box of boxes(bytes, reader.at, iref.end)) {
    if (box.type !== 'dimg') continue;
    const dimg = new BoxReader(bytes, box);
    const from = dimg.uint(idBytes);
    const count = dimg.uint(2);
    if (count > MOST_ITEMS) throw damaged('the file has more items than any picture needs');
    found.set(
      from,
      Array.from({ length: count }, () => dimg.uint(idBytes)),
    );
  }
  return found;
}
