import { ConfigurationError, listOf } from './configuration.ts';

/** A key that signs URLs. Several are valid at once, so that one can be replaced while URLs of the other are still about. */
export interface UrlKey {
  /** Names the key in a URL; letters, digits, `-` and `_`, 32 at most. */
  readonly id: string;
  readonly secret: string;
}

/** When the address of a picture must be signed. */
export type SigningMode = 'off' | 'transforms' | 'required';

const ID = /^[A-Za-z0-9_-]{1,32}$/;
/** A secret that can be guessed offline from one signed URL is none (RFC 2104 §3: at least the hash's length is advised). */
const LEAST_SECRET = 16;

/**
 * Reads `URL_KEYS`: `id:secret`, several with commas or white space between them.
 *
 * @throws ConfigurationError; its message names ids, never secrets
 */
export function parseUrlKeys(text: string | undefined): readonly UrlKey[] {
  const keys = listOf(text).map(parseUrlKey);
  const ids = new Set(keys.map(({ id }) => id));
  if (ids.size < keys.length) throw new ConfigurationError('URL_KEYS', 'names a key twice');
  return keys;
}

/** Reads one `id:secret`; the secret may contain further colons. */
export function parseUrlKey(text: string): UrlKey {
  const colon = text.indexOf(':');
  const id = text.slice(0, Math.max(colon, 0));
  const secret = text.slice(colon + 1);
  if (!ID.test(id)) {
    throw new ConfigurationError(
      'URL_KEYS',
      'has an entry that is not `id:secret` with an id of letters, digits, - and _',
    );
  }
  if (secret.length < LEAST_SECRET) {
    throw new ConfigurationError(
      'URL_KEYS',
      `has a secret of fewer than ${LEAST_SECRET} characters under ${id}`,
    );
  }
  return { id, secret };
}

/**
 * Reads `SIGNED_URLS`; absent: `off`. A mode that asks for signatures needs a key that can make them.
 *
 * @throws ConfigurationError
 */
export function parseSigningMode(text: string | undefined, keys: readonly UrlKey[]): SigningMode {
  const mode = text === undefined || text === '' ? 'off' : text;
  if (mode !== 'off' && mode !== 'transforms' && mode !== 'required') {
    throw new ConfigurationError('SIGNED_URLS', 'is none of off, transforms, required');
  }
  if (mode !== 'off' && keys.length === 0) {
    throw new ConfigurationError('URL_KEYS', `is empty, and SIGNED_URLS is ${mode}`);
  }
  return mode;
}
