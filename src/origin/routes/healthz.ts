import { Hono } from 'hono';
import type { OriginContext } from '../context.ts';

/** `GET /healthz`: that it lives, and what it runs on. */
export function healthRoute({ pool, status }: OriginContext): Hono {
  const route = new Hono();
  route.get('/healthz', (c) =>
    c.json({ status: 'ok', ...status, queue: pool.depth, active: pool.active }, 200, {
      'Cache-Control': 'no-store',
    }),
  );
  return route;
}
