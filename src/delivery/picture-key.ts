import { ProblemError } from './problem.ts';

/** R2 allows 1024 bytes, and the store puts a prefix and a suffix around a key. */
const MOST_BYTES = 768;

/**
 * Reads the key of a picture from the part of a URL's path after `/images/`: one or more segments, percent-decoded,
 * normalised to NFC. Refuses with 400 `invalid_key` what a file system or a shell would stumble over.
 */
export function parsePictureKey(path: string): string {
  let key: string;
  try {
    key = decodeURIComponent(path).normalize('NFC');
  } catch {
    throw invalid('its percent-encoding is malformed');
  }
  const fault = pictureKeyFault(key);
  if (fault !== undefined) throw invalid(fault);
  return key;
}

/** What is wrong with a decoded key; `undefined`: nothing. */
export function pictureKeyFault(key: string): string | undefined {
  const segments = key.split('/');
  if (segments.some((segment) => segment === '')) return 'it has an empty segment';
  if (segments.some((segment) => segment === '.' || segment === '..')) return 'it has a dot segment';
  if (/[\p{Cc}\p{Cs}\\]/u.test(key)) return 'it has a control character or a backslash';
  if (segments.length > 1 && segments.at(-1) === 'info') return '`/info` at its end is reserved';
  if (new TextEncoder().encode(key).length > MOST_BYTES) return `it is longer than ${MOST_BYTES} bytes`;
  return undefined;
}

function invalid(fault: string): ProblemError {
  return new ProblemError({
    status: 400,
    code: 'invalid_key',
    title: 'Invalid key',
    detail: `This is no key of a picture: ${fault}.`,
  });
}
