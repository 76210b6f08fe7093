import { parseEncoderVersion } from '../delivery/encoder-version.ts';
import { ProblemError } from '../delivery/problem.ts';
import { forgetPointer } from './cache/pointers.ts';
import { purgeTag } from './cache/purge.ts';
import type { Env } from './env.ts';
import { changeJson, readJson, writeJson } from './store/json-object.ts';
import { createJob, failJob, jobName, newJob, restartJob, SUPERSEDED } from './store/jobs.ts';
import { pointerName } from './store/pointers.ts';
import type { Pointer } from './store/pointers.ts';
import { removeGeneration } from './store/renditions.ts';

/** Masters that were uploaded through the worker; it owns them and deletes them. */
export const MASTER_PREFIX = 'masters/';
/** Where others put masters into the bucket themselves; what lies there is theirs. */
export const INBOX_PREFIX = 'uploads/';

/** Called with what a key means at the moment when that is replaced; throws what keeps it from being replaced. */
export type Precondition = (now: Pointer | null) => void;

/**
 * Makes a checked master what its key means, and sends the job that renders it. In this order nothing that was accepted
 * is lost: the job's record, the pointer, the message. If the message cannot be sent, all is as it was before.
 */
export async function publish(
  env: Env,
  upload: Omit<Pointer, 'encoder'>,
  precondition: Precondition = () => undefined,
): Promise<void> {
  const pointer: Pointer = { ...upload, encoder: parseEncoderVersion(env.ENCODER_VERSION) };
  const { key, generation, job } = pointer;
  await createJob(env, newJob({ id: job, key, generation, variant: {} }, new Date(pointer.uploadedAt)));
  const { before } = await changeJson<Pointer>(env.MASTERS, pointerName(key), (now) => {
    if (now?.generation !== generation) precondition(now);
    return pointer;
  });
  forgetPointer(key);
  try {
    await env.ENCODE_QUEUE.send({ job });
  } catch (cause) {
    await unpublish(env, pointer, before);
    throw new ProblemError(
      {
        status: 503,
        code: 'queue_unavailable',
        title: 'Queue unavailable',
        detail: 'The upload could not be queued for encoding; nothing was kept of it.',
        headers: { 'Retry-After': '5' },
      },
      { cause },
    );
  }
  if (before !== null && before.generation !== generation) await retire(env, before);
}

/** Withdraws a picture: first its pointer, so that nobody starts on what is then deleted. False if there is none. */
export async function withdraw(env: Env, key: string): Promise<boolean> {
  const stored = await readJson<Pointer>(env.MASTERS, pointerName(key));
  if (stored === null) return false;
  await env.MASTERS.delete(pointerName(key));
  forgetPointer(key);
  await retire(env, stored.value);
  // Its record in the inbox would come back with the next notification.
  await env.MASTERS.delete(INBOX_PREFIX + key);
  return true;
}

/**
 * Renders a picture anew under a new generation, with a job that is the same to those who wait for it. For when what was
 * rendered first, and is out in the world, cannot be completed.
 */
export async function regenerate(env: Env, pointer: Pointer): Promise<void> {
  const generation = crypto.randomUUID();
  const encoder = parseEncoderVersion(env.ENCODER_VERSION);
  const name = pointerName(pointer.key);
  const { before } = await changeJson<Pointer>(env.MASTERS, name, (now) =>
    now?.generation === pointer.generation ? { ...now, generation, encoder } : undefined,
  );
  if (before?.generation !== pointer.generation) return;
  forgetPointer(pointer.key);
  const { job: id, key } = pointer;
  await restartJob(env, newJob({ id, key, generation, variant: {} }, new Date()));
  await env.ENCODE_QUEUE.send({ job: pointer.job });
  await removeGeneration(env, pointer.generation);
  await purgeTag(env, pointer.generation);
}

/** Deletes what belongs to a pointer that is no longer read. */
async function retire(env: Env, pointer: Pointer): Promise<void> {
  await failJob(env, pointer.job, SUPERSEDED);
  if (pointer.master.name.startsWith(MASTER_PREFIX)) await env.MASTERS.delete(pointer.master.name);
  await removeGeneration(env, pointer.generation);
  await purgeTag(env, pointer.generation);
}

async function unpublish(env: Env, pointer: Pointer, before: Pointer | null): Promise<void> {
  const name = pointerName(pointer.key);
  const stored = await readJson<Pointer>(env.MASTERS, name);
  if (stored?.value.generation === pointer.generation) {
    if (before === null) await env.MASTERS.delete(name);
    else await writeJson(env.MASTERS, name, before, stored);
  }
  forgetPointer(pointer.key);
  await env.MASTERS.delete(jobName(pointer.job));
}
