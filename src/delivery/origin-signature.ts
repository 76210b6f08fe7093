/**
 * What opens the origin to the edge alone: an HMAC over method, target, body digest and time. Both sides use this file,
 * so it knows WebCrypto and nothing else. A replay within the window only makes the origin compute the same answer again.
 */

/** How far the clocks of edge and origin may be apart, and how long a signature lives, in seconds. */
export const SIGNATURE_WINDOW = 300;

const DATE_HEADER = 'Afterglow-Date';
const DIGEST_HEADER = 'Afterglow-Content-SHA256';
const SCHEME = 'Afterglow-HMAC-SHA256';

export interface SignedRequest {
  readonly method: string;
  /** Path and query as they stand in the request line. */
  readonly target: string;
  /** SHA-256 of the body, 64 lower-case hexadecimal digits. */
  readonly bodyDigest: string;
  /** Unix time, in seconds. */
  readonly date: number;
}

export type SignatureFault = 'missing' | 'expired' | 'forged';

export type Verification =
  | { readonly ok: true; /** What the body's SHA-256 must turn out to be. */ readonly bodyDigest: string }
  | { readonly ok: false; readonly fault: SignatureFault };

/** The string that is signed: its four lines in this order. */
export function canonicalString({ method, target, bodyDigest, date }: SignedRequest): string {
  return [method.toUpperCase(), target, bodyDigest, date].join('\n');
}

/** The headers to send with a request to the origin. */
export async function signRequest(request: SignedRequest, secret: string): Promise<Record<string, string>> {
  const key = await hmacKey(secret, 'sign');
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(canonicalString(request)));
  return {
    [DATE_HEADER]: String(request.date),
    [DIGEST_HEADER]: request.bodyDigest,
    Authorization: `${SCHEME} ${toHex(new Uint8Array(signature))}`,
  };
}

/**
 * Checks the signature of a request before its body is read; the caller then holds the body against `bodyDigest`.
 * `now` is Unix time in seconds. Of the secrets any will do: while one is being replaced there are two. The comparison is WebCrypto's, which takes the same time wherever the first difference is.
 */
export async function verifyRequest(
  request: Pick<SignedRequest, 'method' | 'target'> & { readonly headers: Pick<Headers, 'get'> },
  secrets: readonly string[],
  now: number,
): Promise<Verification> {
  const { method, target, headers } = request;
  const bodyDigest = headers.get(DIGEST_HEADER) ?? '';
  const date = headers.get(DATE_HEADER) ?? '';
  const [scheme, hex = ''] = (headers.get('Authorization') ?? '').split(' ');
  if (scheme !== SCHEME || !/^[0-9a-f]{64}$/.test(hex)) return { ok: false, fault: 'missing' };
  if (!/^[0-9a-f]{64}$/.test(bodyDigest) || !/^[1-9]\d{0,11}$/.test(date))
    return { ok: false, fault: 'missing' };

  const signed = canonicalString({ method, target, bodyDigest, date: Number(date) });
  const genuine = secrets.map(async (secret) => {
    const key = await hmacKey(secret, 'verify');
    return crypto.subtle.verify('HMAC', key, fromHex(hex), new TextEncoder().encode(signed));
  });
  if (!(await Promise.all(genuine)).includes(true)) return { ok: false, fault: 'forged' };
  if (Math.abs(now - Number(date)) > SIGNATURE_WINDOW) return { ok: false, fault: 'expired' };
  return { ok: true, bodyDigest };
}

/** SHA-256 of a body that is at hand as a whole, in hexadecimal; a stream is better hashed by the platform. */
export async function bodyDigestOf(body: Uint8Array<ArrayBuffer>): Promise<string> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', body)));
}

function hmacKey(secret: string, usage: 'sign' | 'verify'): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, [usage]);
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) =>
    Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16),
  );
}
