import { ProblemError } from '../../delivery/problem.ts';
import { rendered } from '../coalesce/ask-gate.ts';
import type { Env } from '../env.ts';
import { isOriginUp, OriginBusyError, OriginError } from '../origin.ts';
import { regenerate } from '../publish.ts';
import { failJob, isOver, readJob, SUPERSEDED, updateJob } from '../store/jobs.ts';
import type { Job } from '../store/jobs.ts';
import { isCurrent, readPointer } from '../store/pointers.ts';
import type { Pointer } from '../store/pointers.ts';
import {
  findRendition,
  lastKind,
  OtherBaseError,
  removeGeneration,
  renditionName,
  renditionVersion,
} from '../store/renditions.ts';

/** How much of the work the base is, roughly, for the progress of a job. */
const BASE_SHARE = 0.2;
/** An origin that renders another base every time, and not just after it was replaced, is out of order. */
const MOST_BASES = 5;
/** A pause, in seconds, before asking again for an origin that is down. */
const DOWN_SECONDS = 5;

/**
 * Does a job, whose message may come more than once: what is stored is not rendered again, and what was superseded in the
 * meantime is cleared away.
 *
 * @throws OriginBusyError no attempt was made; come again
 * @throws OriginError this attempt failed
 */
export async function encodeJob(env: Env, id: string): Promise<void> {
  const job = await readJob(env, id);
  if (job === null || isOver(job)) return;
  const pointer = await readPointer(env, job.key);
  if (pointer?.generation !== job.generation) {
    await failJob(env, id, SUPERSEDED);
    return;
  }
  if (!(await isOriginUp(env))) throw new OriginBusyError(DOWN_SECONDS);
  try {
    const consistent = await render(env, job, pointer);
    if (!consistent) {
      if (job.attempts >= MOST_BASES) throw new OriginError('it rendered another base every time');
      await regenerate(env, pointer);
      if (id !== pointer.job) await failJob(env, id, SUPERSEDED);
    } else if (await isCurrent(env, job.key, job.generation)) {
      await updateJob(env, id, () => ({ status: 'done', progress: 1 }));
    } else {
      await failJob(env, id, SUPERSEDED);
      await removeGeneration(env, job.generation);
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    // The picture's own fault: it will not be better the next time.
    const { code, title, detail } = error;
    await failJob(env, id, { status: 422, code, title, detail });
  }
}

/**
 * Has the base rendered, then the layered file of an HDR picture, unless they are stored already. False if the two would not begin with the
 * same bytes, as may happen when the origin was replaced by a newer one between them.
 */
async function render(env: Env, { id, variant }: Job, pointer: Pointer): Promise<boolean> {
  const last = lastKind(pointer);
  const name = renditionName(renditionVersion(env, pointer), variant, last);
  if ((await findRendition(env, name)) !== null) return true;

  await updateJob(env, id, (job) => ({ status: 'encoding', attempts: job.attempts + 1 }));
  try {
    await rendered(env, pointer, variant, 'base');
    if (last === 'base') return true;
    await updateJob(env, id, () => ({ progress: BASE_SHARE }));
    await rendered(env, pointer, variant, 'layered');
    return true;
  } catch (error) {
    if (error instanceof OtherBaseError) return false;
    // What the origin had no room for was no attempt.
    if (error instanceof OriginBusyError) await updateJob(env, id, (job) => ({ attempts: job.attempts - 1 }));
    throw error;
  }
}
