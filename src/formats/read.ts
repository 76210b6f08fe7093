import type { HdrPicture } from '../codec/picture.ts';
import { FormatError } from './errors.ts';
import type { Format, ReadOptions } from './format.ts';
import { DEFAULT_LIMITS, type PictureSize } from './limits.ts';
import { REFUSED } from './refused.ts';
import { FORMATS } from './registry.ts';

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
  return { hdr: format.hdr, ...(await format.read(bytes, { ...DEFAULTS, ...options })) };
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

function formatOf(bytes: Uint8Array): Format {
  if (bytes.length === 0) throw new FormatError('empty', 'the file is empty');
  const format = FORMATS.find((candidate) => candidate.sniff(bytes));
  if (format) return format;
  const refused = REFUSED.find(({ sniff }) => sniff(bytes));
  if (refused) throw new FormatError('unsupported_format', refused.message);
  const names = FORMATS.map(({ name }) => name).join(', ');
  throw new FormatError('unsupported_format', `this is no picture file that is read here (${names})`);
}
