import type { Decision } from '../delivery/negotiate.ts';
import { ProblemError } from '../delivery/problem.ts';
import type { Variant } from '../delivery/variant.ts';
import { knownRendition } from './cache/renditions.ts';
import { rendered } from './coalesce/ask-gate.ts';
import type { Env } from './env.ts';
import { numberOf } from './env.ts';
import { OriginBusyError, OriginError } from './origin.ts';
import { isOver, readJob, SUPERSEDED } from './store/jobs.ts';
import { isCurrent } from './store/pointers.ts';
import type { Pointer } from './store/pointers.ts';
import { renditionName, renditionVersion } from './store/renditions.ts';
import type { Rendition, RenditionKind } from './store/renditions.ts';
import { isOriginalJob, jobIdOf, sendForLayers } from './variant-job.ts';

/** How long a request waits for a base that is being rendered, in seconds. */
const DEFAULT_PATIENCE = 10;
/** The pause before asking again for an origin that failed while its job will have another attempt, in milliseconds. */
const PAUSE_MILLISECONDS = 500;

/** What a decision can be served from right now. */
export interface Selection {
  readonly rendition: Rendition;
  /** The base stands in for the layered file: it is still being encoded (`pending`), or never will be (`failed`). */
  readonly standIn?: 'pending' | 'failed';
}

/**
 * Finds the rendition to serve a decision from; `null` if another generation took this one's place in the meantime. A
 * layered file that is not there yet is replaced by its base; a base that is not there yet is rendered, or waited for if
 * that is being done, 10 s at most; so is a file of another format.
 *
 * @throws ProblemError 503 `not_ready`; 422 or 503 if the job failed without even a base
 */
export async function select(
  env: Env,
  pointer: Pointer,
  { hdr, format, variant }: Pick<Decision, 'hdr' | 'format' | 'variant'>,
  waitUntil: (promise: Promise<unknown>) => void,
): Promise<Selection | null> {
  const version = renditionVersion(env, pointer);
  if (format !== undefined) {
    const rendition = await foundOrRendered(env, pointer, variant, format, waitUntil);
    return rendition && { rendition };
  }
  const layeredName = renditionName(version, variant, 'layered');
  if (hdr !== '0') {
    const layered = await knownRendition(env, layeredName);
    if (layered !== null) return { rendition: layered };
  }
  const rendition = await foundOrRendered(env, pointer, variant, 'base', waitUntil);
  if (rendition === null) return null;
  if (hdr === '0') return { rendition };
  const state = await layersState(env, pointer, variant);
  if (state === 'at-work') return { rendition, standIn: 'pending' };
  // The job is over, and may have ended after the first look.
  const layered = await knownRendition(env, layeredName);
  if (layered !== null) return { rendition: layered };
  if (state === 'failed') return { rendition, standIn: 'failed' };
  // It was done, and its file was deleted since, as a lifecycle rule may do.
  await sendForLayers(env, pointer, variant, { again: true });
  return { rendition, standIn: 'pending' };
}

/** A base, or a file of another format, from whoever renders it first: this request, another one, or the job. */
async function foundOrRendered(
  env: Env,
  pointer: Pointer,
  variant: Variant,
  kind: Exclude<RenditionKind, 'layered'>,
  waitUntil: (promise: Promise<unknown>) => void,
): Promise<Rendition | null> {
  const found = await knownRendition(env, renditionName(renditionVersion(env, pointer), variant, kind));
  if (found !== null) return found;
  const deadline = Date.now() + numberOf(env.PATIENCE_SECONDS, DEFAULT_PATIENCE) * 1000;
  for (;;) {
    // The picture's own job sees to its base.
    const ofJob = kind === 'base' && isOriginalJob(env, pointer, variant);
    const willRetry = ofJob && (await jobWillRetry(env, pointer));
    if (willRetry === null) return null;
    const rendering = rendered(env, pointer, variant, kind);
    // Who cannot wait leaves it to the next request.
    waitUntil(rendering.catch(() => undefined));
    try {
      const base = await within(deadline - Date.now(), rendering);
      if (base === undefined) throw notReady(5);
      return base;
    } catch (error) {
      const busy = error instanceof OriginBusyError;
      if (!busy && !(error instanceof OriginError)) throw error;
      if (!(await isCurrent(env, pointer.key, pointer.generation))) return null;
      if (!willRetry) throw busy ? notReady(error.retryAfter) : originFailed(error);
      if (Date.now() + PAUSE_MILLISECONDS >= deadline) throw notReady(busy ? error.retryAfter : 5);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLISECONDS));
    }
  }
}

/** Whether the picture's own job will see to its base; `null` if it was superseded. */
async function jobWillRetry(env: Env, pointer: Pointer): Promise<boolean | null> {
  const job = await readJob(env, pointer.job);
  if (job === null) return false;
  if (job.problem?.code === SUPERSEDED.code || job.generation !== pointer.generation) return null;
  if (job.problem !== undefined) throw new ProblemError(job.problem);
  return !isOver(job);
}

/** Whether a job is at work on the layered file, or was just sent for, or how it ended. */
async function layersState(env: Env, pointer: Pointer, variant: Variant) {
  const job = await readJob(env, await jobIdOf(env, pointer, variant));
  if (job === null) await sendForLayers(env, pointer, variant, { again: false });
  return job === null || !isOver(job) ? 'at-work' : job.status === 'done' ? 'done' : 'failed';
}

/** A promise's value, or `undefined` if that takes longer than `milliseconds`. */
async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: number | null = null;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, milliseconds), undefined);
  });
  try {
    return await Promise.race([promise, patience]);
  } finally {
    clearTimeout(timer);
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

function originFailed(cause: Error): ProblemError {
  return new ProblemError(
    {
      status: 503,
      code: 'origin_failed',
      title: 'Origin failed',
      detail: 'The picture could not be rendered for this request.',
    },
    { cause },
  );
}
