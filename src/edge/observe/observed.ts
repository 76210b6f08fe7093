import { currentTraceId } from '../../telemetry/current.ts';
import type { Env } from '../env.ts';
import { logAccess } from './access-log.ts';
import { invocation } from './invocation.ts';
import { writeDataPoint } from './data-point.ts';
import { factsOf } from './facts.ts';
import { countAnswer } from './metrics.ts';

/**
 * Answers a request, and writes down that it did: a line in the log, counters, a data point, a span. Nothing of it waits for
 * anybody, and nothing of it can fail the answer.
 */
export function observed(
  request: Request,
  env: Env,
  context: Pick<ExecutionContext, 'waitUntil'>,
  answer: () => Promise<Response>,
): Promise<Response> {
  const parent = env.TRUST_TRACEPARENT === 'true' ? request.headers.get('traceparent') : null;
  const waitUntil = context.waitUntil.bind(context);
  return invocation(
    env,
    { waitUntil },
    { name: request.method, kind: 'server', parent },
    async (attributes) => {
      const began = Date.now();
      const response = await answer();
      try {
        const facts = await factsOf(request, response);
        const milliseconds = Date.now() - began;
        attributes['http.request.method'] = facts.method;
        attributes['http.route'] = facts.route;
        attributes['http.response.status_code'] = facts.status;
        attributes['afterglow.representation'] = facts.representation;
        attributes['afterglow.cache'] = facts.cache;
        if (facts.status >= 500) attributes['error.type'] = facts.problem;
        countAnswer(facts);
        writeDataPoint(env, facts, milliseconds);
        logAccess(env, request, facts, currentTraceId() ?? '', milliseconds);
      } catch (error) {
        console.error('an answer was not written down', error);
      }
      return response;
    },
  );
}
