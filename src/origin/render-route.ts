import { TENANT_HEADER } from '../delivery/tenant.ts';
import { span } from '../telemetry/current.ts';
import type { OriginContext } from './context.ts';
import { readBody } from './body.ts';
import type { JobAnswers, JobKind, JobOf } from './jobs.ts';
import type { RenderPool } from './render-pool.ts';

/**
 * What the routes that render have in common: take a place, read the body, have it rendered, measure. A client that goes away
 * takes its job along.
 */
export async function renderRequest<K extends JobKind>(
  { config, metrics }: OriginContext,
  pool: Pick<RenderPool, 'enter' | 'run'>,
  request: Request,
  bodyDigest: string,
  jobOf: (body: Uint8Array) => JobOf<K>,
): Promise<JobAnswers[K]> {
  const place = pool.enter(request.headers.get(TENANT_HEADER) ?? '');
  try {
    const body = await span('read', 'internal', () => readBody(request, config.MAX_BODY_BYTES, bodyDigest));
    metrics.bytes.inc({ direction: 'in' }, body.length);
    const job = jobOf(body);
    const stop = metrics.jobSeconds.startTimer({ job: job.kind });
    try {
      // Waiting for a worker included, as in the histogram.
      const answer = await span(job.kind, 'internal', () => pool.run(place, job, request.signal));
      stop({ outcome: 'done' });
      return answer;
    } catch (error) {
      stop({ outcome: 'failed' });
      throw error;
    }
  } finally {
    place.leave();
  }
}
