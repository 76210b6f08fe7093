import { createMiddleware } from 'hono/factory';
import { verifyRequest } from '../delivery/origin-signature.ts';
import type { OriginConfig } from './config.ts';
import type { OriginVariables } from './context.ts';
import { unauthorized } from './problems.ts';

type Secrets = Pick<OriginConfig, 'ORIGIN_SECRET' | 'ORIGIN_SECRET_BEFORE'>;

/** Lets requests pass that the edge signed; leaves the digest to hold the body against. Throws ProblemError `signature_*`. */
export function signed({ ORIGIN_SECRET, ORIGIN_SECRET_BEFORE }: Secrets) {
  const secrets = [ORIGIN_SECRET, ORIGIN_SECRET_BEFORE].filter((secret) => secret !== undefined);
  return createMiddleware<OriginVariables>(async (c, next) => {
    const { pathname, search } = new URL(c.req.url);
    const request = { method: c.req.method, target: pathname + search, headers: c.req.raw.headers };
    const verification = await verifyRequest(request, secrets, Date.now() / 1000);
    if (!verification.ok) throw unauthorized(verification.fault);
    c.set('bodyDigest', verification.bodyDigest);
    await next();
  });
}
