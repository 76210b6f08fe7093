import { streamSSE } from 'hono/streaming';
import { names, parseAccept, qualityOf } from '../../delivery/accept.ts';
import { ProblemError } from '../../delivery/problem.ts';
import type { Routed } from '../env.ts';
import { isOver, readJob } from '../store/jobs.ts';
import type { Job } from '../store/jobs.ts';

const EVENT_STREAM = 'text/event-stream';
const POLL_MILLISECONDS = 500;
/** A stream ends after a while, and the browser's `EventSource` opens the next one by itself. */
const MOST_POLLS = 480;

/** `GET /jobs/{id}`: JSON, or server-sent events until the job is over. */
export async function getJob(c: Routed, id: string): Promise<Response> {
  const job = await jobOf(c, id);
  c.header('Vary', 'Accept');
  c.header('Cache-Control', 'no-store');
  return wantsEvents(c.req.header('Accept') ?? null) ? follow(c, job) : c.json(publicJob(job));
}

/** @throws ProblemError 404 `not_found` */
export async function jobOf(c: Routed, id: string): Promise<Job> {
  const job = await readJob(c.env, id);
  if (job !== null) return job;
  throw new ProblemError({
    status: 404,
    code: 'not_found',
    title: 'Not found',
    detail: 'There is no job of this id.',
  });
}

function wantsEvents(accept: string | null): boolean {
  const ranges = parseAccept(accept);
  const quality = qualityOf(ranges, EVENT_STREAM);
  return names(ranges, EVENT_STREAM) && quality > 0 && quality >= qualityOf(ranges, 'application/json');
}

/** One event per change, from the state that the client finds. */
function follow(c: Routed, first: Job): Response {
  return streamSSE(c, async (stream) => {
    let told = '';
    let job: Job | null = first;
    for (let polls = 0; job !== null && polls < MOST_POLLS && !stream.aborted; polls++) {
      const data = JSON.stringify(publicJob(job));
      if (data !== told) await stream.writeSSE({ data });
      told = data;
      if (isOver(job)) return;
      await stream.sleep(POLL_MILLISECONDS);
      job = await readJob(c.env, first.id);
    }
  });
}

function publicJob({ id, key, status, progress, attempts, problem }: Job) {
  return { id, key, status, progress, attempts, ...(problem === undefined ? {} : { problem }) };
}
