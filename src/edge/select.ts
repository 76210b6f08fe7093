import { ProblemError } from '../delivery/problem.ts';
import { variantKey } from '../delivery/cache-key.ts';
import type { Decision, Variant } from '../delivery/negotiate.ts';
import type { Env } from './env.ts';
import { encode, OriginBusyError, OriginError } from './origin.ts';
import { createJob, isOver, jobName, newJob, readJob, SUPERSEDED } from './store/jobs.ts';
import type { Job } from './store/jobs.ts';
import type { Pointer } from './store/pointers.ts';
import { findRendition, renditionName, storeRendition } from './store/renditions.ts';
import type { Rendition } from './store/renditions.ts';

/** How long a request waits for a base that is being rendered. */
const PATIENCE_MILLISECONDS = 10_000;
const POLL_MILLISECONDS = 250;

/** What a decision can be served from right now. */
export interface Selection {
  readonly rendition: Rendition;
  /** The base stands in for the layered file: it is still being encoded (`pending`), or never will be (`failed`). */
  readonly standIn?: 'pending' | 'failed';
}

/**
 * Finds the rendition to serve a decision from; `null` if another generation took this one's place in the meantime. A
 * layered file that is not there yet is replaced by its base; a base that is not there yet is waited for, 10 s at most.
 *
 * @throws ProblemError 503 `not_ready`; 422 or 502 if the job failed without even a base
 */
export async function select(
  env: Env,
  pointer: Pointer,
  { hdr, variant }: Pick<Decision, 'hdr' | 'variant'>,
  waitUntil: (promise: Promise<unknown>) => void,
): Promise<Selection | null> {
  const name = (kind: 'base' | 'layered') => renditionName(pointer.generation, variant, kind);
  if (hdr !== '0') {
    const layered = await findRendition(env, name('layered'));
    if (layered !== null) return { rendition: layered };
  }
  const rendition =
    (await findRendition(env, name('base'))) ??
    (variantKey(variant) === 'original'
      ? await awaitBase(env, pointer, name('base'))
      : await renderBase(env, pointer, variant, name('base'), waitUntil));
  if (rendition === null) return null;
  if (hdr === '0') return { rendition };
  if (await willBeLayered(env, pointer, variant)) return { rendition, standIn: 'pending' };
  // The job is over, and may have ended after the first look.
  const layered = await findRendition(env, name('layered'));
  return layered === null ? { rendition, standIn: 'failed' } : { rendition: layered };
}

/** The base of the picture itself comes from its job. */
async function awaitBase(env: Env, pointer: Pointer, name: string): Promise<Rendition | null> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const job = await readJob(env, pointer.job);
    // After the job, so that a base stored in between is not missed.
    const base = await findRendition(env, name);
    if (base !== null) return base;
    if (job?.problem?.code === SUPERSEDED.code || job?.generation !== pointer.generation) return null;
    if (job.problem !== undefined) throw new ProblemError(job.problem);
    if (Date.now() >= deadline) throw notReady(5);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
}

/** The base of a variant is rendered when it is first asked for; who cannot wait leaves it to the next request. */
async function renderBase(
  env: Env,
  { master }: Pointer,
  variant: Variant,
  name: string,
  waitUntil: (promise: Promise<unknown>) => void,
): Promise<Rendition> {
  const rendering = encode(env, master, { ...variant, layers: 0 }).then((file) =>
    storeRendition(env, name, file),
  );
  waitUntil(rendering.catch(() => undefined));
  try {
    const patience = new Promise<null>((resolve) => setTimeout(resolve, PATIENCE_MILLISECONDS, null));
    const stored = await Promise.race([rendering, patience]);
    if (stored === null) throw notReady(5);
    return stored.rendition;
  } catch (error) {
    if (error instanceof OriginBusyError) throw notReady(error.retryAfter);
    if (!(error instanceof OriginError)) throw error;
    throw new ProblemError(
      {
        status: 502,
        code: 'origin_failed',
        title: 'Origin failed',
        detail: 'The picture could not be rendered for this request.',
      },
      { cause: error },
    );
  }
}

/** Whether a job is at work on the layered file, or was just sent for. */
async function willBeLayered(env: Env, pointer: Pointer, variant: Variant): Promise<boolean> {
  const { key, generation } = pointer;
  const original = variantKey(variant) === 'original';
  const id = original ? pointer.job : `${generation}.${variantKey(variant)}`;
  const job = await readJob(env, id);
  if (job !== null) return !isOver(job);
  if (!original) await sendJob(env, newJob({ id, key, generation, variant }, new Date()));
  return true;
}

/** A job that cannot be sent is forgotten, and the next request tries again; this one has its base. */
async function sendJob(env: Env, job: Job): Promise<void> {
  if (!(await createJob(env, job))) return;
  try {
    await env.ENCODE_QUEUE.send({ job: job.id });
  } catch (error) {
    console.error(`could not queue ${job.id}`, error);
    await env.MASTERS.delete(jobName(job.id));
  }
}

export function notReady(seconds: number): ProblemError {
  return new ProblemError({
    status: 503,
    code: 'not_ready',
    title: 'Not ready',
    detail: 'The picture is still being encoded.',
    headers: { 'Retry-After': String(seconds) },
  });
}
