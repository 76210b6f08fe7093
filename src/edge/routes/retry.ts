import { ProblemError } from '../../delivery/problem.ts';
import { authorizeWrite } from '../authorize.ts';
import type { Routed } from '../env.ts';
import { newJob, reviveJob, SUPERSEDED } from '../store/jobs.ts';
import { isCurrent } from '../store/pointers.ts';
import { jobOf } from './job.ts';

/**
 * `POST /jobs/{id}`: begins a failed job again, for operators who have mended what it failed of. The master is still there:
 * nothing has to be uploaded again.
 *
 * @throws ProblemError 401, 403 as an upload; 404 `not_found`; 409 `not_failed` or `superseded`; 503 `queue_unavailable`
 */
export async function retryJob(c: Routed, id: string): Promise<Response> {
  await authorizeWrite(c);
  const { env } = c;
  const job = await jobOf(c, id);
  if (!(await isCurrent(env, job.key, job.generation))) throw new ProblemError(SUPERSEDED);
  const { key, generation, variant } = job;
  if (
    job.status !== 'failed' ||
    !(await reviveJob(env, newJob({ id, key, generation, variant }, new Date())))
  ) {
    throw new ProblemError({
      status: 409,
      code: 'not_failed',
      title: 'Not failed',
      detail: 'Only a job that failed can be begun again; this one did not.',
    });
  }
  try {
    await env.ENCODE_QUEUE.send({ job: id });
  } catch (cause) {
    throw new ProblemError(
      {
        status: 503,
        code: 'queue_unavailable',
        title: 'Queue unavailable',
        detail: 'The job could not be queued now. It will be by itself within a day.',
        headers: { 'Retry-After': '5' },
      },
      { cause },
    );
  }
  return new Response(null, { status: 202, headers: { Location: `/jobs/${id}` } });
}
