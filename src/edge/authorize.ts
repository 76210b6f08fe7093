import { ProblemError } from '../delivery/problem.ts';
import { verifyUrl } from '../delivery/signed-url.ts';
import { parseUploadPolicy } from '../delivery/upload-policy.ts';
import type { UploadPolicy } from '../delivery/upload-policy.ts';
import type { Routed } from './env.ts';
import { signing } from './guards/settings.ts';
import { signatureProblem } from './guards/signature.ts';

/**
 * Lets pass who may write: who comes by a URL that is signed for this method and key and expires, or else who bears the upload
 * token. Answers what the URL allows; the token allows everything.
 *
 * @throws ProblemError 401 `unauthorized`, 403 `signature_invalid` or `signature_expired`, 400 `invalid_upload_policy`
 */
export async function authorizeWrite(c: Routed): Promise<UploadPolicy> {
  const url = new URL(c.req.url);
  if (!url.searchParams.has('signature')) {
    await requireToken(c);
    return {};
  }
  const verified = await verifyUrl(c.req.method, url, signing(c.env).keys, Date.now() / 1000);
  if (!verified.ok) throw signatureProblem(verified.fault);
  // Who sees such a URL can use it, and as often as he likes: one for good would be a second token.
  if (verified.expires === undefined) throw signatureProblem('malformed');
  return parseUploadPolicy(url);
}

/**
 * Lets pass who bears the upload token (RFC 6750 §2.1). Both sides are hashed before they are compared, so that the time
 * it takes says nothing about where they differ, nor about the token's length. Without a token set, nobody passes.
 */
async function requireToken(c: Routed): Promise<void> {
  const [, given] = /^Bearer +(.+)$/i.exec(c.req.header('Authorization') ?? '') ?? [];
  if (given !== undefined) {
    const token = await digest(given);
    const { UPLOAD_TOKEN, UPLOAD_TOKEN_BEFORE } = c.env;
    const expected = [UPLOAD_TOKEN, UPLOAD_TOKEN_BEFORE ?? ''].filter((secret) => secret !== '');
    const digests = await Promise.all(expected.map(digest));
    const equal = digests.map((secret) => crypto.subtle.timingSafeEqual(token, secret));
    if (equal.includes(true)) return;
  }
  throw new ProblemError({
    status: 401,
    code: 'unauthorized',
    title: 'Unauthorized',
    detail: 'Send the upload token (`Authorization: Bearer …`), or use a signed URL.',
    headers: {
      'WWW-Authenticate': given === undefined ? 'Bearer' : 'Bearer error="invalid_token"',
    },
  });
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
}
