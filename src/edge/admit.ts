import { ProblemError } from '../delivery/problem.ts';
import type { Env } from './env.ts';
import { OriginBusyError, OriginError, probe, type KeyedMaster } from './origin.ts';
import { publish } from './publish.ts';
import type { Precondition } from './publish.ts';
import { readJob } from './store/jobs.ts';
import { readPointer } from './store/pointers.ts';
import type { Master, Probe } from './store/pointers.ts';
import { findRendition, lastKind, renditionName, renditionVersion } from './store/renditions.ts';

/**
 * Admits a stored master under a key: has the origin check it, publishes it, and answers the id of its job. `generation`
 * is new, and becomes the job's id.
 *
 * @throws ProblemError what is wrong with the master, or 503 if nobody is there to check it, or what `precondition` throws
 */
export async function admit(
  env: Env,
  key: string,
  generation: string,
  master: Master,
  precondition?: Precondition,
): Promise<string> {
  const checked = await probeOrRefuse(env, { key, master });
  const uploadedAt = new Date().toISOString();
  const upload = { key, generation, job: generation, master, probe: checked, uploadedAt };
  await publish(env, upload, precondition);
  return generation;
}

/**
 * The job of an upload that says nothing new: the same bytes under the same key, with a job that is done or will be. Its
 * message is sent again, since that of a client that repeats itself may be what got lost. `null`: this upload is news.
 */
export async function repeatedJob(env: Env, key: string, master: Master): Promise<string | null> {
  const pointer = await readPointer(env, key);
  if (pointer?.master.sha256 !== master.sha256) return null;
  const job = await readJob(env, pointer.job);
  if (job === null || job.status === 'failed') return null;
  if (job.status === 'done') {
    const name = renditionName(renditionVersion(env, pointer), {}, lastKind(pointer));
    const rendition = await findRendition(env, name);
    return rendition === null ? null : job.id;
  }
  await env.ENCODE_QUEUE.send({ job: job.id });
  return job.id;
}

async function probeOrRefuse(env: Env, keyed: KeyedMaster): Promise<Probe> {
  try {
    return await probe(env, keyed);
  } catch (error) {
    if (!(error instanceof OriginError || error instanceof OriginBusyError)) throw error;
    throw new ProblemError(
      {
        status: 503,
        code: 'origin_unavailable',
        title: 'Origin unavailable',
        detail: 'The upload could not be checked, and nothing was kept of it; send it again.',
        headers: { 'Retry-After': String(error instanceof OriginBusyError ? error.retryAfter : 5) },
      },
      { cause: error },
    );
  }
}
