import { problemDocument, ProblemError } from '../../delivery/problem.ts';
import type { RemoteCopy, RemoteRecord } from '../../delivery/remote-record.ts';
import type { RemoteSource } from '../../delivery/remote-source.ts';
import { admit, repeatedJob } from '../admit.ts';
import { numberOf } from '../env.ts';
import type { Env } from '../env.ts';
import { MASTER_PREFIX, withdraw } from '../publish.ts';
import { looksLikePicture } from '../sniff.ts';
import { jobName } from '../store/jobs.ts';
import { storeMaster } from '../store/masters.ts';
import { readPointer } from '../store/pointers.ts';
import { forClient } from '../store/storage-error.ts';
import { download } from './download.ts';
import { RETRY_SECONDS, sourceFailed, sourceNoPicture, sourceTimeout, sourceTooLarge } from './problems.ts';
import { now, settle, timeoutSeconds } from './records.ts';

const DEFAULT_MOST_BYTES = 100 * 1024 * 1024;

/** What the configuration says of sources, read before anything is claimed: what is wrong with it is nobody's failure. */
export interface SourcePolicy {
  readonly sources: readonly RemoteSource[];
  /** Absent: names are not resolved before they are connected to. */
  readonly resolver: URL | undefined;
}

/**
 * Does the work of a claim: fetches the source and makes it the master under its key, unless it is what is stored already. A
 * copy outlives whatever happens to its source, but for its saying that the picture is gone.
 *
 * @throws ProblemError why it could not be fetched, which the record says from then on
 */
export async function ingest(
  env: Env,
  key: string,
  claimed: RemoteRecord,
  policy: SourcePolicy,
): Promise<void> {
  const { url, copy } = claimed;
  try {
    await settle(env, key, { url, copy: await fetchCopy(env, key, claimed, policy) });
  } catch (error) {
    const problem = asProblem(error);
    const gone = problem.code === 'source_not_found' && copy !== undefined;
    if (gone) await withdraw(env, key);
    await settle(env, key, {
      url,
      ...(copy === undefined || gone ? {} : { copy }),
      failure: {
        problem: { ...problemDocument(problem), headers: problem.headers },
        until: now() + RETRY_SECONDS,
      },
    });
    throw problem;
  }
}

async function fetchCopy(
  env: Env,
  key: string,
  { url, copy }: RemoteRecord,
  policy: SourcePolicy,
): Promise<RemoteCopy> {
  const seconds = timeoutSeconds(env);
  const timeout = AbortSignal.timeout(seconds * 1000);
  const giveUp = new AbortController();
  const signal = AbortSignal.any([timeout, giveUp.signal]);
  const most = numberOf(env.MAX_REMOTE_BYTES, numberOf(env.MAX_UPLOAD_BYTES, DEFAULT_MOST_BYTES));
  const generation = crypto.randomUUID();
  const name = MASTER_PREFIX + generation;
  try {
    const file = await download(new URL(url), copy ?? {}, { ...policy, most, signal });
    if (!file.changed) {
      if (copy === undefined) throw sourceFailed('answered 304 to what was no question for it');
      return { ...copy, checkedAt: now() };
    }
    const master = await storeMaster(env.MASTERS, name, file.body, { most, check: requirePicture, key });
    // The same bytes are the same picture, also where their record was lost.
    const known = master.sha256 === copy?.sha256 || (await repeatedJob(env, key, master)) !== null;
    if (known) await env.MASTERS.delete(name);
    else await admit(env, key, generation, master);
    return { ...file.validators, sha256: master.sha256, checkedAt: now() };
  } catch (error) {
    // A pointer that stands in spite of the error keeps its master.
    const published = (await readPointer(env, key))?.generation === generation;
    if (!published) await env.MASTERS.delete([name, jobName(generation)]);
    if (timeout.aborted) throw sourceTimeout(seconds);
    throw asSourceProblem(error, most);
  } finally {
    // A source that sends without an end would else go on until the request ends.
    giveUp.abort();
  }
}

/** What storing says of an upload, said of a source: the client sent nothing. */
function asSourceProblem(error: unknown, most: number): unknown {
  if (!(error instanceof ProblemError)) return error;
  switch (error.code) {
    case 'upload_too_large':
      return sourceTooLarge(most);
    case 'empty_upload':
      return sourceNoPicture();
    case 'incomplete_upload':
      return sourceFailed('broke off', error.cause);
    default:
      return error;
  }
}

function requirePicture(start: Uint8Array): void {
  if (!looksLikePicture(start)) throw sourceNoPicture();
}

/** What is nobody's doing out there is the edge's own failure, and is tried again as a source's is. */
function asProblem(error: unknown): ProblemError {
  const told = forClient(error);
  if (told instanceof ProblemError) return told;
  console.error(error);
  return new ProblemError(
    {
      status: 503,
      code: 'source_not_stored',
      title: 'Source not stored',
      detail: 'The picture was fetched and could not be kept; ask again.',
      headers: { 'Retry-After': String(RETRY_SECONDS) },
    },
    { cause: error },
  );
}
