import { Hono } from 'hono';
import { routePath } from 'hono/route';
import { currentTraceId } from '../telemetry/current.ts';
import { ProblemError, toProblem } from '../delivery/problem.ts';
import type { OriginContext } from './context.ts';
import { notFound } from './problems.ts';
import { decodeRoute } from './routes/decode.ts';
import { encodeRoute } from './routes/encode.ts';
import { healthRoute } from './routes/healthz.ts';
import { metricsRoute } from './routes/metrics.ts';
import { probeRoute } from './routes/probe.ts';
import { traced } from './traced.ts';

/** The origin's HTTP surface, without a server around it. */
export function createApp(context: OriginContext): Hono {
  const { log, metrics, collector } = context;
  const app = new Hono();

  app.use(traced(collector));

  app.use(async (c, next) => {
    const began = performance.now();
    await next();
    const { status } = c.res;
    // The pattern, not the path: a client must not be able to make up labels.
    const route = routePath(c, -1);
    metrics.requests.inc({ route, status });
    const milliseconds = Math.round(performance.now() - began);
    log.info({ method: c.req.method, route, status, milliseconds, trace: currentTraceId() }, 'request');
  });

  app.route('/', encodeRoute(context));
  app.route('/', decodeRoute(context));
  app.route('/', probeRoute(context));
  app.route('/', healthRoute(context));
  app.route('/', metricsRoute(context));

  app.notFound(() => answer(notFound()));

  app.onError((error, c) => {
    const status = error instanceof ProblemError ? error.status : 500;
    if (c.req.raw.signal.aborted) log.info('the client went away');
    else if (status >= 500) log.error({ err: error }, 'request failed');
    else log.debug({ err: error }, 'request refused');
    return answer(error);
  });

  return app;
}

function answer(error: unknown): Response {
  const { status, headers, body } = toProblem(error);
  return new Response(body, { status, headers });
}
