import type { HdrPicture } from '../codec/picture.ts';
import type { Limits, PictureSize } from './limits.ts';

export interface ReadOptions extends Limits {
  /** `rrggbb` in sRGB: what shows through where an SDR picture is transparent. */
  readonly background: string;
}

/** What a file's header says of its picture. */
export interface PictureProbe extends PictureSize {
  readonly hdr: boolean;
  /** Stops above 203 cd/m² that the file says it has; null for SDR, and where the bytes that there are do not say. */
  readonly headroom: number | null;
  /** The bytes end within the header, what is left of which may say more, or other. */
  readonly cut?: boolean;
  /** Where in the file to look for a gain map whose headroom is none of these bytes' to say; absent where nothing is to be looked for. */
  readonly elsewhere?: readonly number[];
}

type Read = HdrPicture & { readonly hdr?: boolean };

/** One file format that is read: a row of the table in `registry.ts`. */
export interface Format<Kind extends string = string> {
  readonly kind: Kind;
  /** What people call the format. */
  readonly name: string;
  /**
   * Whether its pictures are HDR, where `read` does not say of the one that it is. SDR pictures have 1.0 for white, 203 cd/m², and
   * nothing above it.
   */
  readonly hdr: boolean;
  /** Whether the file is of this format; one whose beginning says so may be damaged. */
  sniff(bytes: Uint8Array): boolean;
  /** The size that the header claims; allocates nothing for pixels. @throws FormatError */
  readHeader(bytes: Uint8Array): PictureSize | Promise<PictureSize>;
  /**
   * Of the beginning of a file, decoding nothing.
   *
   * @param piece of the file, from one of the places on that this said to look at
   * @throws FormatError where it does not say the size
   */
  probe(beginning: Uint8Array, piece?: Uint8Array): PictureProbe;
  /** Reads the picture; allocates for pixels only after the size is checked against `options`. @throws FormatError */
  read(bytes: Uint8Array, options: ReadOptions): Read | Promise<Read>;
}
