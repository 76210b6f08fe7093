import { pictureKeyFault } from '../../delivery/picture-key.ts';
import { ProblemError } from '../../delivery/problem.ts';
import { admit } from '../admit.ts';
import type { Env } from '../env.ts';
import { OriginBusyError } from '../origin.ts';
import { INBOX_PREFIX } from '../publish.ts';
import { readJob } from '../store/jobs.ts';
import { hex } from '../streams.ts';
import type { ObjectCreatedMessage } from './messages.ts';

/**
 * Does what an upload does for an object that somebody put into the inbox of the masters' bucket. The object stays where
 * it is, and is the master. A refused one has nobody to be told but the log.
 *
 * @throws OriginBusyError if nobody is there to check it
 */
export async function admitFromInbox(env: Env, { object }: ObjectCreatedMessage): Promise<void> {
  if (!object.key.startsWith(INBOX_PREFIX)) return;
  const key = object.key.slice(INBOX_PREFIX.length).normalize('NFC');
  const fault = pictureKeyFault(key);
  if (fault !== undefined) {
    console.error(`refused ${object.key}: ${fault}`);
    return;
  }
  const stored = await env.MASTERS.get(object.key);
  if (stored === null) return;
  // The version is new with every write, and the same however often its notification comes.
  const generation = await idOf(`${key}\n${stored.version}`);
  if ((await readJob(env, generation)) !== null) {
    await stored.body.cancel();
    await env.ENCODE_QUEUE.send({ job: generation });
    return;
  }
  const hash = new crypto.DigestStream('SHA-256');
  await stored.body.pipeTo(hash);
  const master = {
    name: stored.key,
    etag: stored.etag,
    bytes: stored.size,
    sha256: hex(await hash.digest),
  };
  try {
    await admit(env, key, generation, master);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.status >= 500) throw new OriginBusyError(Number(error.headers['Retry-After'] ?? 5));
    console.error(`refused ${object.key}: ${error.code}: ${error.detail}`);
  }
}

async function idOf(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).slice(0, 32);
}
