import type { UrlKey } from './url-keys.ts';

/*
 * Signed URLs: an HMAC-SHA-256 (RFC 2104) over method, path and query, in the query itself:
 *
 *     /images/a.exr?w=640&expires=1767225600&keyid=2026a&signature=…
 *
 * The host is not signed: one path may be served under several names. Whoever wants staging apart from production gives them
 * different keys.
 */

/** The version of the canonical form, which is signed too: a secret that also signs something else vouches for nothing here. */
const CONTEXT = 'afterglow-url-v1';

/** The members of a query that say something about the signature; no picture parameter has these names. */
export const SIGNATURE_PARAMETERS = ['expires', 'keyid', 'signature'] as const;

export type UrlFault = 'missing' | 'malformed' | 'forged' | 'expired';

export type UrlVerification =
  | { readonly ok: true; /** Unix time in seconds; absent: for good. */ readonly expires?: number }
  | { readonly ok: false; readonly fault: UrlFault };

/**
 * What is signed: context, method, path and query, one a line. The form does not depend on how a URL was spelt on its way:
 * percent-escapes are decoded and written anew, as RFC 3986 §6.2.2 has it, and the query is sorted by name and value, with
 * everything in it but `signature`. `%2F` in a path stays apart from `/`. HEAD is signed as GET, whose answer's head it is.
 *
 * @throws URIError for malformed percent-encoding
 */
export function canonicalRequest(method: string, url: URL): string {
  const path = url.pathname.split('/').map((segment) => encode(decodeURIComponent(segment)));
  const members = [...url.searchParams]
    .filter(([name]) => name !== 'signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const signedMethod = method.toUpperCase() === 'HEAD' ? 'GET' : method.toUpperCase();
  return [CONTEXT, signedMethod, path.join('/'), members.join('&')].join('\n');
}

export interface SigningOptions {
  /** `GET` also stands for HEAD. */
  readonly method: 'GET' | 'PUT' | 'DELETE';
  readonly key: UrlKey;
  /** Unix time in seconds, until which the URL is good; absent: for good. */
  readonly expires?: number;
}

/** Signs a URL; a signature that it has already is replaced. */
export async function signUrl(url: URL, { method, key, expires }: SigningOptions): Promise<URL> {
  const signed = new URL(url);
  for (const name of SIGNATURE_PARAMETERS) signed.searchParams.delete(name);
  if (expires !== undefined) signed.searchParams.set('expires', String(expires));
  signed.searchParams.set('keyid', key.id);
  const text = new TextEncoder().encode(canonicalRequest(method, signed));
  const signature = await crypto.subtle.sign('HMAC', await hmacKey(key.secret, 'sign'), text);
  signed.searchParams.set('signature', toBase64Url(new Uint8Array(signature)));
  return signed;
}

/**
 * Checks the signature of a URL. `now` is Unix time in seconds. An unknown key id and a wrong signature are the same fault,
 * and the comparison is WebCrypto's, which takes the same time wherever the first difference is. Only who has a genuine
 * signature learns that it is over.
 */
export async function verifyUrl(
  method: string,
  url: URL,
  keys: readonly UrlKey[],
  now: number,
): Promise<UrlVerification> {
  const signature = only(url, 'signature');
  if (signature === undefined) return { ok: false, fault: 'missing' };
  const mac = signature === null ? undefined : fromBase64Url(signature);
  const id = only(url, 'keyid');
  const expires = only(url, 'expires');
  if (mac === undefined || typeof id !== 'string') return { ok: false, fault: 'malformed' };
  if (expires === null || (expires !== undefined && !/^[1-9]\d{0,11}$/.test(expires))) {
    return { ok: false, fault: 'malformed' };
  }
  let text: string;
  try {
    text = canonicalRequest(method, url);
  } catch {
    return { ok: false, fault: 'malformed' };
  }
  const key = keys.find((candidate) => candidate.id === id);
  if (key === undefined) return { ok: false, fault: 'forged' };
  const bytes = new TextEncoder().encode(text);
  const genuine = await crypto.subtle.verify('HMAC', await hmacKey(key.secret, 'verify'), mac, bytes);
  if (!genuine) return { ok: false, fault: 'forged' };
  if (expires === undefined) return { ok: true };
  return now <= Number(expires) ? { ok: true, expires: Number(expires) } : { ok: false, fault: 'expired' };
}

/** The one value of a query's member; `undefined`: it is not there, `null`: it is there more than once. */
export function only(url: URL, name: string): string | null | undefined {
  const [value, ...more] = url.searchParams.getAll(name);
  return more.length > 0 ? null : value;
}

/** Everything but the unreserved characters (RFC 3986 §2.3) as percent-escapes. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function hmacKey(secret: string, usage: 'sign' | 'verify'): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [usage]);
}

/** RFC 4648 §5, without padding. */
function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

/** The 32 bytes of a signature; `undefined` for anything that this file would not have written. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return undefined;
  const binary = atob(`${text.replaceAll('-', '+').replaceAll('_', '/')}=`);
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return toBase64Url(bytes) === text ? bytes : undefined;
}
