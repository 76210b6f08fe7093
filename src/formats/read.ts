import type { HdrPicture } from '../codec/picture.ts';
import { FormatError } from './errors.ts';
import type { Format } from './format.ts';
import { DEFAULT_LIMITS, type Limits, type PictureSize } from './limits.ts';
import { FORMATS } from './registry.ts';
import { sniff } from './sniff.ts';

/**
 * Reads an HDR file, whatever its format, into linear light, top row first.
 *
 * @throws FormatError for anything that is no sound picture within the limits
 */
export function read(bytes: Uint8Array, limits: Partial<Limits> = {}): Promise<HdrPicture> {
  // A promise although today's readers are synchronous: AVIF and JPEG decoders are not. Errors are rejections, all of them.
  return Promise.resolve().then(() => formatOf(bytes).read(bytes, { ...DEFAULT_LIMITS, ...limits }));
}

/** The format and size by the header alone, which costs nothing: for a decision before the pixels are read. @throws FormatError */
export function readHeader(bytes: Uint8Array): PictureSize & { readonly kind: string } {
  const format = formatOf(bytes);
  const { width, height } = format.readHeader(bytes);
  return { kind: format.kind, width, height };
}

function formatOf(bytes: Uint8Array): Format {
  if (bytes.length === 0) throw new FormatError('empty', 'the file is empty');
  const format = FORMATS.find((candidate) => candidate.sniff(bytes));
  if (format) return format;
  const names = FORMATS.map(({ name }) => name).join(', ');
  throw new FormatError(
    'unsupported_format',
    sniff(bytes) === 'jpeg'
      ? `this is a JPEG, not an HDR file that is read here (${names})`
      : `this is no HDR file that is read here (${names})`,
  );
}
