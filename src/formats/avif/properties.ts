import { SRGB, type Cicp } from '../colour/cicp.ts';
import type { PictureSize } from '../limits.ts';
import { BoxReader, typeAt, type Box } from './boxes.ts';
import type { Item } from './items.ts';

/** What an item's properties say of its picture. */
export interface ItemPicture {
  /** As it is shown: cropped (`clap`) and turned (`irot`). */
  readonly size: PictureSize | null;
  /** Per sample. */
  readonly bits: number;
  /** The codes of its nclx box; null where there is none. */
  readonly cicp: Cicp | null;
  readonly icc: Uint8Array | null;
  /** Content light level: cd/m² of the brightest pixel; null where it is not said. */
  readonly maxNits: number | null;
}

/** @throws FormatError `damaged` */
export function pictureOf(bytes: Uint8Array, { properties }: Item): ItemPicture {
  const find = (type: string): Box | undefined => properties.find((box) => box.type === type);
  const colours = properties.filter(({ type }) => type === 'colr');
  const clli = find('clli');
  const maxNits = clli ? new BoxReader(bytes, clli).uint(2) : 0;
  return {
    size: sizeOf(bytes, find),
    bits: bitsOf(bytes, find('av1C'), find('pixi')),
    cicp: first(colours, (box) => nclx(bytes, box)),
    icc: first(colours, (box) => profile(bytes, box)),
    maxNits: maxNits > 0 ? maxNits : null,
  };
}

function sizeOf(bytes: Uint8Array, find: (type: string) => Box | undefined): PictureSize | null {
  const ispe = find('ispe');
  if (!ispe) return null;
  const reader = new BoxReader(bytes, ispe);
  reader.uint(4);
  let size = { width: reader.uint(4), height: reader.uint(4) };
  const clap = find('clap');
  if (clap) {
    const crop = new BoxReader(bytes, clap);
    const [w, wd, h, hd] = [crop.uint(4), crop.uint(4), crop.uint(4), crop.uint(4)] as const;
    if (wd > 0 && hd > 0) size = { width: Math.round(w / wd), height: Math.round(h / hd) };
  }
  const irot = find('irot');
  const quarters = irot ? new BoxReader(bytes, irot).uint(1) & 3 : 0;
  return quarters % 2 === 1 ? { width: size.height, height: size.width } : size;
}

/** By the AV1 configuration (AV1-ISOBMFF, 2.3.3), else by the pixel information. */
function bitsOf(bytes: Uint8Array, av1C: Box | undefined, pixi: Box | undefined): number {
  if (av1C && av1C.end - av1C.start >= 3) {
    const flags = bytes[av1C.start + 2]!;
    if ((flags & 0x40) === 0) return 8;
    return (flags & 0x20) === 0 ? 10 : 12;
  }
  return pixi && pixi.end - pixi.start >= 6 ? bytes[pixi.start + 5]! : 8;
}

/** Codes that are not said (2) are sRGB's. */
function nclx(bytes: Uint8Array, box: Box): Cicp | null {
  if (typeAt(bytes, box.start) !== 'nclx') return null;
  const reader = new BoxReader(bytes, { start: box.start + 4, end: box.end });
  const [primaries, transfer] = [reader.uint(2), reader.uint(2)];
  return {
    primaries: primaries === 2 ? SRGB.primaries : primaries,
    transfer: transfer === 2 ? SRGB.transfer : transfer,
  };
}

/** Whether an item's nclx box says that its codes are of full range, and by which bit of the file; null where it has none. */
export function nclxRange(
  bytes: Uint8Array,
  { properties }: Item,
): { readonly fullRange: boolean; readonly rangeBit: number } | null {
  const box = properties.find(({ type, start }) => type === 'colr' && typeAt(bytes, start) === 'nclx');
  if (!box) return null;
  const reader = new BoxReader(bytes, box);
  reader.uint(4);
  reader.uint(6);
  const rangeBit = reader.at * 8;
  return { fullRange: reader.uint(1) >= 0x80, rangeBit };
}

function profile(bytes: Uint8Array, { start, end }: Box): Uint8Array | null {
  return ['prof', 'rICC'].includes(typeAt(bytes, start)) ? bytes.subarray(start + 4, end) : null;
}

function first<T>(found: readonly Box[], pick: (box: Box) => T | null): T | null {
  for (const box of found) {
    const value = pick(box);
    if (value !== null) return value;
  }
  return null;
}
