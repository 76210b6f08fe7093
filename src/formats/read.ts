import type { HdrPicture } from '../codec/picture.ts';
import type { ReadOptions } from './format.ts';
import { formatOf } from './format-of.ts';
import { checkBytes, checkRatio, checkSize, DEFAULT_LIMITS, type PictureSize } from './limits.ts';

/** A picture as it was read. */
export interface SourcePicture extends HdrPicture {
  /** Whether the file can hold more light than SDR white. */
  readonly hdr: boolean;
}

const DEFAULTS: ReadOptions = { ...DEFAULT_LIMITS, background: 'ffffff' };

/**
 * Reads a picture file, whatever its format, into linear light, top row first. Of an animation it is the first frame.
 *
 * @throws FormatError for anything that is no sound picture within the limits
 */
export async function read(bytes: Uint8Array, options: Partial<ReadOptions> = {}): Promise<SourcePicture> {
  const format = formatOf(bytes);
  const limits = { ...DEFAULTS, ...options };
  checkBytes(bytes, limits);
  const size = await format.readHeader(bytes);
  checkSize(size, limits);
  checkRatio(size, bytes.length, limits);
  return { hdr: format.hdr, ...(await format.read(bytes, limits)) };
}

/**
 * The format and size by the header alone, which costs next to nothing: for a decision before the pixels are read.
 *
 * @throws FormatError
 */
export async function readHeader(bytes: Uint8Array): Promise<PictureSize & { readonly kind: string }> {
  const format = formatOf(bytes);
  const { width, height } = await format.readHeader(bytes);
  return { kind: format.kind, width, height };
}
