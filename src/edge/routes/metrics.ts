import type { Next } from 'hono';
import type { Routed } from '../env.ts';
import { exposition } from '../observe/metrics.ts';

/**
 * `GET /metrics` for Prometheus, of this isolate, to who bears `METRICS_TOKEN`; without one set there is no such page. On Cloudflare,
 * where isolates are many and short-lived, Analytics Engine has the whole.
 */
export async function getMetrics(c: Routed, next: Next): Promise<Response | undefined> {
  const token = c.env.METRICS_TOKEN ?? '';
  const given = c.req.header('Authorization') ?? '';
  if (token === '' || !(await same(given, `Bearer ${token}`))) {
    await next();
    return undefined;
  }
  const text = exposition({
    afterglow_edge_queue_depth: { help: 'Messages that wait in the encode queue.', value: await backlog(c) },
  });
  return new Response(text, {
    headers: { 'Content-Type': 'text/plain; version=0.0.4', 'Cache-Control': 'no-store' },
  });
}

async function backlog(c: Routed): Promise<number> {
  try {
    return (await c.env.ENCODE_QUEUE.metrics()).backlogCount;
  } catch {
    // Not every runtime has a queue that can be asked.
    return Number.NaN;
  }
}

async function same(a: string, b: string): Promise<boolean> {
  const [x, y] = await Promise.all(
    [a, b].map((text) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
  );
  return crypto.subtle.timingSafeEqual(x!, y!);
}
