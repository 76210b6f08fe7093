import type { FailOnOptions } from 'sharp';
import { FormatError } from '../errors.ts';

/** What libtiff's decoders say of pixels; all else that it warns of is how a directory is written. */
const OF_PIXELS = /corrupt|premature|discarding|at line/i;

/**
 * Decodes by libvips, strictly at first, since libtiff only warns of some damage. A file whose directory alone is odd (a geographer's
 * text that does not end in a zero, a panorama's alpha that no tag announces) is decoded past such warnings.
 */
export async function decodePastWarnings<T>(decode: (failOn: FailOnOptions) => Promise<T>): Promise<T> {
  try {
    return await decode('warning');
  } catch (error) {
    if (!isOfDirectory(error)) throw error;
    return decode('error');
  }
}

function isOfDirectory(error: unknown): boolean {
  const cause = error instanceof FormatError ? error.cause : null;
  if (!(cause instanceof Error)) return false;
  return cause.message.startsWith('Warning treated as error') && !OF_PIXELS.test(cause.message);
}
