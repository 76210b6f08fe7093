import type { Env } from '../env.ts';

const PURGE_MILLISECONDS = 5000;

/**
 * Purges answers by their `Cache-Tag`, everywhere: from the cache in front of the worker, and from the zone's, where
 * `PURGE_ZONE_ID` and `PURGE_TOKEN` open it. The tag is the generation, so what is purged is what was made of one upload.
 * A purge that fails is logged and no more: caches that were not reached keep an old picture for its `max-age` at most.
 */
export async function purgeTag(env: Env, tag: string): Promise<void> {
  const purges = [purgeWorkersCache(env, tag), purgeZone(env, tag)];
  for (const outcome of await Promise.allSettled(purges)) {
    if (outcome.status === 'rejected') console.error(`could not purge ${tag}`, outcome.reason);
  }
}

async function purgeWorkersCache({ WORKERS_CACHE }: Env, tag: string): Promise<void> {
  const outcome = await WORKERS_CACHE?.purge({ tags: [tag] });
  if (outcome?.success === false) throw new Error(outcome.errors.map(({ message }) => message).join('; '));
}

/** Cloudflare's API, `POST /zones/{zone_id}/purge_cache`. */
async function purgeZone({ PURGE_ZONE_ID, PURGE_TOKEN }: Env, tag: string): Promise<void> {
  if (!PURGE_ZONE_ID || !PURGE_TOKEN) return;
  const zone = encodeURIComponent(PURGE_ZONE_ID);
  const response = await fetch(`https://api.cloudflare.com/client/v4/zones/${zone}/purge_cache`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${PURGE_TOKEN}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ tags: [tag] }),
    signal: AbortSignal.timeout(PURGE_MILLISECONDS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the API answered ${response.status}`);
}
