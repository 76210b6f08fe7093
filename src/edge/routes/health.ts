import type { Routed } from '../env.ts';
import { isOriginUp } from '../origin.ts';

/** `GET /healthz`: the edge answers, and says whether the origin does; pictures that are rendered need no origin. */
export async function getHealth(c: Routed): Promise<Response> {
  const origin = (await isOriginUp(c.env)) ? 'up' : 'down';
  return c.json({ status: 'ok', origin }, 200, { 'Cache-Control': 'no-store' });
}
