import type { InverseToneCurve } from './inverse-tone-curve.ts';

/** What the header box says, apart from where the base ends. */
export interface LayeredHeader {
  /** Id of the model that made the layers: 1…64 of A–Z a–z 0–9 . _ -, the first a letter or digit. */
  readonly modelId: string;
  /** SHA-256 that names the model's files: 32 bytes. */
  readonly modelDigest: Uint8Array;
  /** Pixels, 1…65535; the base's, as it is stored. */
  readonly width: number;
  /** Pixels, 1…65535; the base's, as it is stored. */
  readonly height: number;
  /** Colour primaries of the HDR picture by ITU-T H.273, table 2: 1 (BT.709), 9 (BT.2020) or 12 (Display P3). */
  readonly primaries: number;
  /** cd/m² that one unit of the encoder's input stood for; float32, finite, > 0. */
  readonly nitsPerUnit: number;
  /** log2(peak / 203 cd/m²), in stops; float32, finite. */
  readonly headroom: number;
  readonly inverseToneCurve: InverseToneCurve;
  /** Pixels, multiples of 16: the side of a tile's core (16…4096) and the halo that each network sees (0…1024). */
  readonly tile: {
    readonly core: number;
    readonly encoder: number;
    readonly decoder: number;
    readonly post: number;
  };
  /** At most 32. */
  readonly layers: readonly LayerHeader[];
  readonly gainMap: { readonly bytes: number; readonly crc32: number } | null;
}

export interface LayerHeader {
  /** Bytes, 1…2³² − 1. */
  readonly bytes: number;
  readonly crc32: number;
  /** What residual 1.0 stands for, in PQ; float32, finite, > 0. */
  readonly range: number;
}

/** A run of bytes of the file. */
export interface Part {
  readonly offset: number;
  readonly length: number;
}

/** A part whose end may have been cut off; `length` is that of the whole part. */
export interface CuttablePart extends Part {
  readonly complete: boolean;
}

/** Marker segments at the beginning of a gain-map part which, put into the base, announce the map behind it. */
export interface Announcement {
  /** Where they go in the base. */
  readonly at: number;
  /** Bytes; 0 where the part begins with the map's JPEG itself. */
  readonly length: number;
}

export interface GainMapPart extends CuttablePart {
  /** Known of a part that is whole. */
  readonly announcement: Announcement;
}

/** A plain JPEG, or a layered file that is cut before its header's end. */
export interface SdrLayout {
  readonly kind: 'sdr';
  readonly base: Part;
  readonly width: number;
  readonly height: number;
  /** How all of this is turned to be shown, 1…8, as the base's Exif says. */
  readonly orientation: number;
  /** Whether what follows the base is the beginning of our header. */
  readonly truncatedHeader: boolean;
  /** Bytes after the base that are not ours. */
  readonly trailing: number;
}

export interface LayeredLayout {
  readonly kind: 'layered';
  readonly base: Part & { readonly crc32: number };
  /** How the base, and so what the layers code, is turned to be shown, 1…8, as the base's Exif says. */
  readonly orientation: number;
  readonly headerBox: Part;
  readonly header: LayeredHeader;
  /** As many as the header names, whether their bytes are there or not. */
  readonly layers: readonly CuttablePart[];
  readonly gainMap: GainMapPart | null;
  /** Bytes after the last part. */
  readonly trailing: number;
}

export type Layout = SdrLayout | LayeredLayout;

export function partEnd(part: Part): number {
  return part.offset + part.length;
}

/** A view of a part's bytes (no copy); it is shorter where the file is. */
export function partBytes(bytes: Uint8Array, part: Part): Uint8Array {
  const begin = Math.min(part.offset, bytes.length);
  const end = Math.min(partEnd(part), bytes.length);
  return new Uint8Array(bytes.buffer, bytes.byteOffset + begin, end - begin);
}
