import type { Env } from '../env.ts';
import { failJob, readJob } from '../store/jobs.ts';
import { parseMessage } from './messages.ts';

/** Ends the job of a message that no attempt got done, and says why. */
export async function bury(env: Env, message: Message): Promise<void> {
  const work = parseMessage(message.body);
  if (work !== undefined && 'job' in work) {
    const job = await readJob(env, work.job);
    console.error('dead letter', JSON.stringify({ ...work, key: job?.key, fault: job?.lastFault }));
    await failJob(env, work.job, {
      status: 503,
      code: 'encode_failed',
      title: 'Encoding failed',
      detail: `The origin failed ${job?.attempts ?? 0} times; the last time, ${job?.lastFault ?? 'it stayed away'}.`,
    });
  } else {
    console.error('dead letter', JSON.stringify(message.body));
  }
  message.ack();
}
