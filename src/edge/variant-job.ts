import { parseEncoderVersion } from '../delivery/encoder-version.ts';
import { variantKey } from '../delivery/variant.ts';
import type { Variant } from '../delivery/variant.ts';
import type { Env } from './env.ts';
import { createJob, jobName, newJob, reviveJob } from './store/jobs.ts';
import type { Pointer } from './store/pointers.ts';
import { hex } from './streams.ts';

/** Whether a variant is what the upload's own job renders: the picture itself, by the encoder of then. */
export function isOriginalJob(env: Env, { encoder }: Pointer, variant: Variant): boolean {
  return variantKey(variant) === 'original' && encoder === parseEncoderVersion(env.ENCODER_VERSION);
}

/** The id of the job that renders a variant's layers: the same for all who ask for them, and as short as any. */
export async function jobIdOf(env: Env, pointer: Pointer, variant: Variant): Promise<string> {
  if (isOriginalJob(env, pointer, variant)) return pointer.job;
  const name = `${parseEncoderVersion(env.ENCODER_VERSION)}/${variantKey(variant)}`;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name));
  return `${pointer.generation}.${hex(digest).slice(0, 16)}`;
}

/**
 * Sends the job that renders a variant's layers; of many who do so at once, one. `again`: also if its record says that it is
 * over. One that cannot be sent is forgotten, and the next request tries again; this one has its base.
 */
export async function sendForLayers(
  env: Env,
  pointer: Pointer,
  variant: Variant,
  { again }: { readonly again: boolean },
): Promise<void> {
  const { key, generation } = pointer;
  const id = await jobIdOf(env, pointer, variant);
  const job = newJob({ id, key, generation, variant }, new Date());
  if (!(await (again ? reviveJob(env, job) : createJob(env, job)))) return;
  try {
    await env.ENCODE_QUEUE.send({ job: id });
  } catch (error) {
    console.error(`could not queue ${id}`, error);
    await env.MASTERS.delete(jobName(id));
  }
}
