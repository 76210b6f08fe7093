import type { OriginContext } from './context.ts';
import { readBody } from './body.ts';
import type { Job, JobOutcome } from './jobs.ts';

type RenderJob = Exclude<Job, { kind: 'warm' }>;

/**
 * What encode and decode have in common: take a place, read the body, have it rendered, measure. A client that goes away
 * takes its job along.
 */
export async function renderRequest(
  { config, pool, metrics }: OriginContext,
  request: Request,
  bodyDigest: string,
  jobOf: (body: Uint8Array) => RenderJob,
): Promise<Extract<JobOutcome, { kind: 'done' }>> {
  const place = pool.enter();
  try {
    const body = await readBody(request, config.MAX_BODY_BYTES, bodyDigest);
    metrics.bytes.inc({ direction: 'in' }, body.length);
    const job = jobOf(body);
    const stop = metrics.jobSeconds.startTimer({ job: job.kind });
    try {
      const outcome = await pool.run(place, job, request.signal);
      stop({ outcome: 'done' });
      metrics.bytes.inc({ direction: 'out' }, outcome.bytes.length);
      return outcome;
    } catch (error) {
      stop({ outcome: 'failed' });
      throw error;
    }
  } finally {
    place.leave();
  }
}
