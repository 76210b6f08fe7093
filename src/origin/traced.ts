import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import { begin } from '../telemetry/current.ts';
import { exportSpans, type Collector } from '../telemetry/export.ts';

/** Exports that may be on their way at once: a collector that hangs must not hold on to memory. */
const MOST_EXPORTS = 16;

/** Answers a request as a span of the edge's trace; traces that the edge does not keep are not kept here. */
export function traced(collector: Collector) {
  let exporting = 0;
  return createMiddleware(async (c, next) => {
    const parent = c.req.header('traceparent');
    const what = { name: c.req.method, kind: 'server', parent, share: 0 } as const;
    const { tracer, done } = begin(what, async (attributes) => {
      await next();
      attributes['http.request.method'] = c.req.method;
      attributes['http.route'] = routePath(c, -1);
      attributes['http.response.status_code'] = c.res.status;
      if (c.res.status >= 500) attributes['error.type'] = String(c.res.status);
    });
    await done;
    if (exporting >= MOST_EXPORTS || tracer.spans.length === 0) return;
    exporting++;
    void exportSpans(collector, tracer.spans).finally(() => exporting--);
  });
}
