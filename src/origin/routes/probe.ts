import { Hono } from 'hono';
import type { OriginContext, OriginVariables } from '../context.ts';
import { renderRequest } from '../render-route.ts';
import { signed } from '../signed.ts';

/**
 * `POST /probe`: an HDR file → what it is, as JSON, or why it cannot be rendered. It has a worker of its own, since an
 * upload waits for the answer and must not stand behind pictures that take minutes.
 */
export function probeRoute(context: OriginContext): Hono<OriginVariables> {
  const route = new Hono<OriginVariables>();
  route.post('/probe', signed(context.config), async (c) => {
    const job = (body: Uint8Array) => ({ kind: 'probe' as const, body });
    return c.json(await renderRequest(context, context.probes, c.req.raw, c.get('bodyDigest'), job));
  });
  return route;
}
