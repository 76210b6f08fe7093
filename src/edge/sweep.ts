import type { Env } from './env.ts';
import { numberOf } from './env.ts';
import { MASTER_PREFIX } from './publish.ts';
import { changeJson, readJson } from './store/json-object.ts';
import { isOver } from './store/jobs.ts';
import type { Job } from './store/jobs.ts';
import { readPointer } from './store/pointers.ts';

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
const DEFAULT_JOB_DAYS = 30;
/** A job that nothing happened to for so long may have lost its message; one more does no harm. */
const STUCK = 6 * HOUR;
/** Longer than any upload takes, and any rendering. */
const ABANDONED = DAY;
/** Objects looked at per prefix and run: a run stays within the platform's limit of calls. */
const MOST_OBJECTS = 250;
const CURSOR = 'sweep.json';

/** Where each sweep goes on: the last name that it looked at. */
type Cursors = Partial<Record<'jobs' | 'masters' | 'renditions', string | undefined>>;

/**
 * Clears away what nobody will ask for any more, and sends again what may have been lost; a little with every run, round and
 * round: records of jobs that are long over, masters and renditions that a worker left when it was killed.
 */
export async function sweep(env: Env, now: number): Promise<void> {
  const cursors = (await readJson<Cursors>(env.MASTERS, CURSOR))?.value ?? {};
  const keepJobs = numberOf(env.JOB_DAYS, DEFAULT_JOB_DAYS) * DAY;
  const next: Cursors = {
    jobs: await each(env.MASTERS, 'jobs/', cursors.jobs, async (object) => {
      const idle = now - object.uploaded.getTime();
      if (object.customMetadata?.over === '1') {
        if (idle > keepJobs) await env.MASTERS.delete(object.key);
      } else if (idle > STUCK) await sendAgain(env, object.key);
    }),
    masters: await each(env.MASTERS, MASTER_PREFIX, cursors.masters, async (object) => {
      const key = object.customMetadata?.key;
      if (key === undefined || now - object.uploaded.getTime() < ABANDONED) return;
      if ((await readPointer(env, key))?.master.name !== object.key) await env.MASTERS.delete(object.key);
    }),
    renditions: await each(env.RENDITIONS, '', cursors.renditions, async (object) => {
      const key = object.customMetadata?.key;
      if (key === undefined || now - object.uploaded.getTime() < ABANDONED) return;
      const generation = (await readPointer(env, key))?.generation;
      if (generation === undefined || !object.key.startsWith(`${generation}/`)) {
        await env.RENDITIONS.delete(object.key);
      }
    }),
  };
  await changeJson<Cursors>(env.MASTERS, CURSOR, () => next);
}

/** Looks at some objects after a name; answers the last name, or `undefined` at the end, to begin anew. */
async function each(
  bucket: R2Bucket,
  prefix: string,
  after: string | undefined,
  look: (object: R2Object) => Promise<void>,
): Promise<string | undefined> {
  const { objects, truncated } = await bucket.list({
    prefix,
    limit: MOST_OBJECTS,
    include: ['customMetadata'],
    ...(after === undefined ? {} : { startAfter: after }),
  });
  for (const object of objects) await look(object);
  return truncated ? objects.at(-1)?.key : undefined;
}

/** The record is written as it was, which gives it another six hours. */
async function sendAgain(env: Env, name: string): Promise<void> {
  const { after } = await changeJson<Job>(env.MASTERS, name, (job) => job ?? undefined);
  if (after !== null && !isOver(after.value)) await env.ENCODE_QUEUE.send({ job: after.value.id });
}
