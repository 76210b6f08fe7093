import { ProblemError } from '../../delivery/problem.ts';
import { resolveSource } from '../../delivery/remote-source.ts';
import type { Routed } from '../env.ts';
import { dnsResolver, remoteSources } from '../guards/settings.ts';
import { LOOP_NAME } from '../remote/download.ts';
import { ingest } from '../remote/ingest.ts';
import type { SourcePolicy } from '../remote/ingest.ts';
import { claim, knowsGoodCopy, readRemote, remoteKey } from '../remote/records.ts';
import { notReady } from '../select.ts';
import { getPicture } from './picture.ts';

/** How long a request waits for a source to be fetched, by itself or by another request. */
const PATIENCE_MILLISECONDS = 10_000;
const POLL_MILLISECONDS = 250;

/**
 * `GET|HEAD /fetch/{url}`: the picture of a remote source, with all that an uploaded one has. The first request fetches it; once
 * its copy is older than its ttl it is asked for again behind the back of a request, which gets the copy.
 */
export async function getRemote(c: Routed, path: string): Promise<Response> {
  refuseLoop(c.req.header('CDN-Loop') ?? '');
  const policy = { sources: remoteSources(c.env), resolver: dnsResolver(c.env) };
  const url = resolveSource(path, policy.sources);
  const key = await remoteKey(url);
  const source = { key, url, policy };
  const state = knowsGoodCopy(c.env, key) ? 'serve' : (await readRemote(c.env, key)).state;
  if (state === 'serve' || state === 'revalidate') {
    if (state === 'revalidate') c.executionCtx.waitUntil(revalidate(c, source));
    try {
      return await getPicture(c, key);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.code !== 'not_found') throw error;
      // Somebody deleted the copy, so as to have it fetched anew.
      await fetched(c, source, { lost: true });
      return getPicture(c, key);
    }
  }
  await fetched(c, source, { lost: false });
  return getPicture(c, key);
}

interface Source {
  readonly key: string;
  readonly url: URL;
  readonly policy: SourcePolicy;
}

/**
 * Waits until there is a copy, which one request makes while the others wait.
 *
 * @throws ProblemError why there is none, or 503 `not_ready` if it takes too long
 */
async function fetched(
  c: Routed,
  { key, url, policy }: Source,
  loss: { readonly lost: boolean },
): Promise<void> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS;
  const record = await claim(c.env, key, url, loss);
  if (record !== null) {
    const work = ingest(c.env, key, record, policy);
    // Who does not wait for it leaves it to the next request.
    c.executionCtx.waitUntil(work.catch(() => undefined));
    const patience = new Promise<null>((resolve) => setTimeout(resolve, PATIENCE_MILLISECONDS, null));
    if ((await Promise.race([work, patience])) === null) throw notReady(5);
    return;
  }
  for (;;) {
    const { record: latest, state } = await readRemote(c.env, key);
    if (state === 'serve' || state === 'revalidate') return;
    if (state === 'refuse' && latest?.failure !== undefined) throw new ProblemError(latest.failure.problem);
    if (state === 'fetch' || Date.now() >= deadline) throw notReady(5);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
}

async function revalidate(c: Routed, { key, url, policy }: Source): Promise<void> {
  try {
    const record = await claim(c.env, key, url, { lost: false });
    if (record !== null) await ingest(c.env, key, record, policy);
  } catch (error) {
    console.error(`could not revalidate ${url.href}`, error);
  }
}

/** A source that is this service itself would have it fetch from itself for ever (RFC 8586 §2). */
function refuseLoop(field: string): void {
  const visited = field.split(',').map((entry) => entry.split(';')[0]?.trim().toLowerCase());
  if (!visited.includes(LOOP_NAME)) return;
  throw new ProblemError({
    status: 400,
    code: 'loop_detected',
    title: 'Loop detected',
    detail: 'The source of this picture leads back to this service.',
  });
}
