import { Hono } from 'hono';
import type { OriginContext } from '../context.ts';

/** `GET /metrics`: for Prometheus. */
export function metricsRoute({ metrics: { registry } }: OriginContext): Hono {
  const route = new Hono();
  route.get('/metrics', async (c) =>
    c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType }),
  );
  return route;
}
