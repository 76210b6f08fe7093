import { ProblemError } from '../../delivery/problem.ts';
import { requireContentType } from '../../delivery/upload-policy.ts';
import { admit, repeatedJob } from '../admit.ts';
import { authorizeWrite } from '../authorize.ts';
import { numberOf } from '../env.ts';
import type { Routed } from '../env.ts';
import { isConditional, requireWritable } from '../preconditions.ts';
import { MASTER_PREFIX } from '../publish.ts';
import type { Precondition } from '../publish.ts';
import { looksLikePicture } from '../sniff.ts';
import { jobName } from '../store/jobs.ts';
import { emptyUpload, storeMaster, tooLarge } from '../store/masters.ts';
import { readPointer } from '../store/pointers.ts';

const DEFAULT_MOST_BYTES = 100 * 1024 * 1024;

/**
 * `PUT /images/{key}`: stores the master, has the origin check it, publishes it and queues its job. Until it is published
 * nobody can see it, and whatever goes wrong before that leaves nothing in the bucket.
 */
export async function putPicture(c: Routed, key: string): Promise<Response> {
  const policy = await authorizeWrite(c);
  const { headers } = c.req.raw;
  requireContentType(policy, headers.get('Content-Type'));
  const most = Math.min(numberOf(c.env.MAX_UPLOAD_BYTES, DEFAULT_MOST_BYTES), policy.maxBytes ?? Infinity);
  const body: ReadableStream<Uint8Array> | null = c.req.raw.body;
  if (Number(headers.get('Content-Length') ?? 0) > most) throw tooLarge(most);
  if (body === null) throw emptyUpload();
  const precondition: Precondition = (now) => {
    requireWritable(headers, now);
  };
  if (isConditional(headers)) precondition(await readPointer(c.env, key));

  const generation = crypto.randomUUID();
  const name = MASTER_PREFIX + generation;
  try {
    const master = await storeMaster(c.env.MASTERS, name, body, { most, check: requirePicture, key });
    const repeated = await repeatedJob(c.env, key, master);
    if (repeated !== null) await c.env.MASTERS.delete(name);
    return accepted(c, key, repeated ?? (await admit(c.env, key, generation, master, precondition)));
  } catch (error) {
    // A pointer that stands in spite of the error keeps its master.
    const published = (await readPointer(c.env, key))?.generation === generation;
    if (!published) await c.env.MASTERS.delete([name, jobName(generation)]);
    throw error;
  }
}

function accepted(c: Routed, key: string, job: string): Response {
  return c.json({ id: job, key, status: 'queued' }, 202, {
    Location: `/jobs/${job}`,
    'Cache-Control': 'no-store',
  });
}

function requirePicture(start: Uint8Array): void {
  if (looksLikePicture(start)) return;
  throw new ProblemError({
    status: 415,
    code: 'unsupported_format',
    title: 'Unsupported format',
    detail:
      'The body begins like no picture format that is known here; send OpenEXR, Radiance, PFM, TIFF, PNG, AVIF, JPEG, JPEG XL or WebP.',
  });
}
