import { ProblemError } from '../delivery/problem.ts';
import type { Routed } from './env.ts';

/**
 * Lets pass who bears the upload token (RFC 6750 §2.1). Both sides are hashed before they are compared, so that the time
 * it takes says nothing about where they differ, nor about the token's length. Without a token set, nobody passes.
 */
export async function requireToken(c: Routed): Promise<void> {
  const [, given] = /^Bearer +(.+)$/i.exec(c.req.header('Authorization') ?? '') ?? [];
  const expected = c.env.UPLOAD_TOKEN;
  if (given !== undefined && expected !== '') {
    const [a, b] = await Promise.all([digest(given), digest(expected)]);
    if (crypto.subtle.timingSafeEqual(a, b)) return;
  }
  throw new ProblemError({
    status: 401,
    code: 'unauthorized',
    title: 'Unauthorized',
    detail: 'Send the upload token: `Authorization: Bearer …`.',
    headers: {
      'WWW-Authenticate': given === undefined ? 'Bearer' : 'Bearer error="invalid_token"',
    },
  });
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
}
