import type { RemoteRecord, RemoteState } from '../../delivery/remote-record.ts';
import { remoteState } from '../../delivery/remote-record.ts';
import { Memory } from '../cache/memory.ts';
import { numberOf } from '../env.ts';
import type { Env } from '../env.ts';
import { readJson, writeJson } from '../store/json-object.ts';
import { hex } from '../streams.ts';

const DEFAULT_TTL_SECONDS = 3600;
const DEFAULT_TIMEOUT_SECONDS = 20;
/** Beyond the download a claim covers storing and checking; whoever still holds one then is dead. */
const CLAIM_MARGIN_SECONDS = 60;
const MOST_REMEMBERED = 5000;

const memory = new Memory<RemoteRecord>(MOST_REMEMBERED);

/** The key of the picture that is made of a source: `fetch/` and the SHA-256 of its URL. */
export async function remoteKey(url: URL): Promise<string> {
  const bytes = new TextEncoder().encode(url.href);
  return `fetch/${hex(await crypto.subtle.digest('SHA-256', bytes))}`;
}

/** How long a download may take, in seconds. */
export function timeoutSeconds(env: Env): number {
  return numberOf(env.REMOTE_TIMEOUT_SECONDS, DEFAULT_TIMEOUT_SECONDS);
}

/**
 * Whether this isolate knows of a copy that is good without asking, so that a hit costs no read. Nothing that happens to the
 * record meanwhile makes it less so: a copy that is deleted is found missing by its pointer.
 */
export function knowsGoodCopy(env: Env, key: string): boolean {
  const copy = memory.recall(key, Date.now())?.value.copy;
  return copy !== undefined && stateOf(env, { url: '', copy }) === 'serve';
}

/** What is known of a source, and what to do about it. */
export async function readRemote(
  env: Env,
  key: string,
): Promise<{ readonly record: RemoteRecord | null; readonly state: RemoteState }> {
  const read = async () => (await readJson<RemoteRecord>(env.MASTERS, recordName(key)))?.value ?? null;
  const record = await memory.learn(key, Date.now(), read);
  return { record, state: stateOf(env, record) };
}

/**
 * Takes on the work that a source asks for, `fetch` or `revalidate`: of many who want to, one gets the record, the others
 * `null`. `lost`: its picture was deleted, so there is no copy, whatever the record says.
 */
export async function claim(
  env: Env,
  key: string,
  url: URL,
  { lost }: { readonly lost: boolean },
): Promise<RemoteRecord | null> {
  const name = recordName(key);
  const stored = await readJson<RemoteRecord>(env.MASTERS, name);
  const { copy, ...bare }: RemoteRecord = stored?.value ?? { url: url.href };
  const known: RemoteRecord = lost || copy === undefined ? bare : { ...bare, copy };
  const state = stateOf(env, known);
  if (state !== 'fetch' && state !== 'revalidate') return null;
  const claimedUntil = now() + timeoutSeconds(env) + CLAIM_MARGIN_SECONDS;
  const claimed = { ...known, claimedUntil, claimedBy: crypto.randomUUID() };
  return (await writeJson(env.MASTERS, name, claimed, stored)) === null ? null : claimed;
}

/** Writes down how the work ended; the claim is over with it. */
export async function settle(
  env: Env,
  key: string,
  record: Pick<RemoteRecord, 'url' | 'copy' | 'failure'>,
): Promise<void> {
  const json = JSON.stringify(record);
  await env.MASTERS.put(recordName(key), json, { httpMetadata: { contentType: 'application/json' } });
}

/** Unix time, in seconds. */
export function now(): number {
  return Date.now() / 1000;
}

function stateOf(env: Env, record: RemoteRecord | null): RemoteState {
  return remoteState(record, now(), numberOf(env.REMOTE_TTL_SECONDS, DEFAULT_TTL_SECONDS));
}

function recordName(key: string): string {
  return `remote/${key}.json`;
}
