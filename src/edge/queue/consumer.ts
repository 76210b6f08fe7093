import type { Env } from '../env.ts';
import { numberOf } from '../env.ts';
import { OriginBusyError, OriginError } from '../origin.ts';
import { readJob, updateJob } from '../store/jobs.ts';
import { encodeJob } from './encode-job.ts';
import { admitFromInbox } from './inbox.ts';
import { parseMessage } from './messages.ts';
import type { EncodeMessage } from './messages.ts';

/** Work waits this long for an origin that is busy or down before that counts as failed attempts. */
const MOST_PATIENCE_MILLISECONDS = 24 * 60 * 60 * 1000;
const MOST_DELAY_SECONDS = 300;

/** Handles one message of the encode queue: acknowledges it, puts it off, or has it delivered again. */
export async function consume(env: Env, message: Message): Promise<void> {
  const work = parseMessage(message.body);
  if (work === undefined) {
    console.error('a message of the encode queue is neither a job nor a notification');
    message.ack();
    return;
  }
  try {
    await ('job' in work ? encodeJob(env, work.job) : admitFromInbox(env, work));
    message.ack();
  } catch (error) {
    if (error instanceof OriginBusyError && (await putOff(env, work, error.retryAfter))) {
      message.ack();
      return;
    }
    const fault = error instanceof OriginError ? error.message : 'the edge failed';
    // The stack of a failure that was foreseen says nothing; its cause may.
    console.error(
      `attempt ${message.attempts} failed: ${fault}`,
      error instanceof OriginError ? error.cause : error,
    );
    if ('job' in work) await updateJob(env, work.job, () => ({ lastFault: fault }));
    message.retry({ delaySeconds: delayAfter(env, message.attempts) });
  }
}

/** A new message in the place of this one, so that waiting uses up no attempt. False if it has waited long enough. */
async function putOff(env: Env, work: EncodeMessage, seconds: number): Promise<boolean> {
  const since = 'job' in work ? (await readJob(env, work.job))?.createdAt : work.eventTime;
  // A date that is none compares false.
  if (!(Date.now() - Date.parse(since ?? '') < MOST_PATIENCE_MILLISECONDS)) return false;
  await env.ENCODE_QUEUE.send(work, { delaySeconds: seconds });
  return true;
}

function delayAfter(env: Env, attempts: number): number {
  const first = numberOf(env.RETRY_DELAY_SECONDS, 5);
  return Math.min(MOST_DELAY_SECONDS, Math.round(first * 2 ** (attempts - 1)));
}
