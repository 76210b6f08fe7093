import type { Next } from 'hono';
import { parseAddress } from '../../delivery/address.ts';
import { ProblemError } from '../../delivery/problem.ts';
import { numberOf } from '../env.ts';
import type { Routed } from '../env.ts';

/** The longer of the two periods that the platform's limiter knows (10 s and 60 s): after it any client may try again. */
const DEFAULT_PERIOD_SECONDS = 60;

/**
 * Refuses a client that asks too often, with 429 (RFC 6585 §4), where a limiter is bound; how often that is stands with its
 * binding. A limiter that fails lets everybody pass: it protects the service, and is not part of it.
 */
export async function limitRate(c: Routed, next: Next): Promise<void> {
  const limiter = c.env.RATE_LIMITER;
  if (limiter !== undefined) {
    const key = clientOf(c.req.header('CF-Connecting-IP') ?? '');
    if (!(await allows(limiter, key)))
      throw tooMany(numberOf(c.env.RATE_LIMIT_SECONDS, DEFAULT_PERIOD_SECONDS));
  }
  await next();
}

async function allows(limiter: RateLimit, key: string): Promise<boolean> {
  try {
    return (await limiter.limit({ key })).success;
  } catch (error) {
    console.error('the rate limiter failed', error);
    return true;
  }
}

/** A client is an IPv4 address, or the /64 network that one subscriber of IPv6 has to himself. */
function clientOf(address: string): string {
  const bytes = parseAddress(address);
  return bytes?.length === 16 ? `${bytes.slice(0, 8).join('.')}/64` : address;
}

function tooMany(seconds: number): ProblemError {
  return new ProblemError({
    status: 429,
    code: 'too_many_requests',
    title: 'Too many requests',
    detail: 'This client sends requests faster than it may.',
    headers: { 'Retry-After': String(seconds) },
  });
}
