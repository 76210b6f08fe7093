import type { HdrPicture } from '../codec/picture.ts';
import type { Limits, PictureSize } from './limits.ts';

/** One file format that is read: a row of the table in `registry.ts`. */
export interface Format<Kind extends string = string> {
  readonly kind: Kind;
  /** What people call the format. */
  readonly name: string;
  /** Whether the first bytes are this format's. */
  sniff(bytes: Uint8Array): boolean;
  /** The size that the header claims; allocates nothing for pixels. @throws FormatError */
  readHeader(bytes: Uint8Array): PictureSize;
  /** Reads the picture; allocates for pixels only after the size is checked against `limits`. @throws FormatError */
  read(bytes: Uint8Array, limits: Limits): HdrPicture;
}
