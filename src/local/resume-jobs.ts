import type { Miniflare } from 'miniflare';

/**
 * Sends the messages of unfinished jobs again. Cloudflare's queues outlive a worker; Miniflare's live in memory, so that
 * without this a stack that was stopped in the middle of a job would forget it.
 */
export async function resumeJobs(miniflare: Miniflare): Promise<void> {
  const masters = await miniflare.getR2Bucket('MASTERS');
  const queue = await miniflare.getQueueProducer<{ job: string }>('ENCODE_QUEUE');
  let cursor: string | undefined;
  do {
    const page = await masters.list({ prefix: 'jobs/', ...(cursor === undefined ? {} : { cursor }) });
    for (const { key } of page.objects) {
      const object = await masters.get(key);
      if (object === null) continue;
      const job = JSON.parse(await object.text()) as { id: string; status: string };
      if (job.status === 'queued' || job.status === 'encoding') await queue.send({ job: job.id });
    }
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}
