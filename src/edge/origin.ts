import { ContainerError, cutPlan, parseLayoutIndex } from '../container/index.ts';
import type { FileFormat } from '../delivery/file-format.ts';
import { signRequest } from '../delivery/origin-signature.ts';
import { parseProblem, ProblemError } from '../delivery/problem.ts';
import { TENANT_HEADER, tenantOf } from '../delivery/tenant.ts';
import { variantQuery } from '../delivery/variant.ts';
import type { Variant } from '../delivery/variant.ts';
import { currentTraceparent, span } from '../telemetry/current.ts';
import type { Env } from './env.ts';
import { observeOrigin } from './observe/metrics.ts';
import type { Master, Probe } from './store/pointers.ts';

/** Longer than any encode, shorter than the 15 minutes that a queue consumer may run. */
const MOST_MILLISECONDS = 14 * 60 * 1000;
/** An upload is checked while its client waits. */
const PROBE_MILLISECONDS = 60_000;
const HEALTH_MILLISECONDS = 2000;

/** The origin failed, and another attempt may not. The message completes "the last time, …" and is for the client. */
export class OriginError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'OriginError';
  }
}

/** The origin has no room at the moment; no attempt was made. */
export class OriginBusyError extends Error {
  /** Seconds after which it hopes to have room. */
  readonly retryAfter: number;

  constructor(retryAfter: number) {
    super(`the origin is busy for ${retryAfter} s`);
    this.name = 'OriginBusyError';
    this.retryAfter = retryAfter;
  }
}

/** A master, and the key under which it is published or to be published. */
export interface KeyedMaster {
  readonly key: string;
  readonly master: Master;
}

/** A rendered file on its way. */
export interface Rendering {
  readonly body: ReadableStream<Uint8Array>;
  readonly bytes: number;
  /** The container's layout index, as JSON. */
  readonly layout: string;
}

/** Whether the origin answers at all: an attempt against one that is down would be wasted. */
export async function isOriginUp(env: Env): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(HEALTH_MILLISECONDS);
    const response = await fetch(new URL('/healthz', env.ORIGIN_URL), { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/**
 * Has a master read and checked, without rendering it.
 *
 * @throws ProblemError (4xx) what is wrong with the master
 * @throws OriginError, OriginBusyError
 */
export async function probe(env: Env, keyed: KeyedMaster): Promise<Probe> {
  const response = await post(env, '/probe', keyed, PROBE_MILLISECONDS);
  try {
    const { kind, width, height, hdr, headroom } = await response.json<Record<string, unknown>>();
    if (typeof kind !== 'string' || typeof headroom !== 'number') throw new TypeError('not a probe');
    if (typeof width !== 'number' || typeof height !== 'number') throw new TypeError('not a probe');
    if (typeof hdr !== 'boolean') throw new TypeError('not a probe');
    return { kind, width, height, hdr, headroom };
  } catch (cause) {
    throw new OriginError('it answered a probe with something else', { cause });
  }
}

/**
 * Has a master rendered. `layers: 0` renders the base alone; absent, the origin's own number of layers. `format`: a file of its own.
 *
 * @throws ProblemError (4xx) what is wrong with the master
 * @throws OriginError, OriginBusyError
 */
export async function encode(
  env: Env,
  keyed: KeyedMaster,
  {
    layers,
    format,
    ...variant
  }: Variant & { readonly layers?: number; readonly format?: FileFormat | undefined },
): Promise<Rendering> {
  const query = variantQuery(variant);
  if (layers !== undefined) query.set('layers', String(layers));
  if (format !== undefined) query.set('format', format);
  const target = query.size === 0 ? '/encode' : `/encode?${query.toString()}`;
  const response = await post(env, target, keyed);
  const body: ReadableStream<Uint8Array> | null = response.body;
  const layout = response.headers.get('Afterglow-Layout');
  const bytes = Number(response.headers.get('Content-Length') ?? Number.NaN);
  if (layout === null || body === null || !fits(layout, bytes)) {
    await body?.cancel();
    throw new OriginError('it answered an encode with something else');
  }
  return { body, bytes, layout };
}

/** Whether a layout is one, and a file of `bytes` bytes can have it. */
function fits(layout: string, bytes: number): boolean {
  try {
    const [part] = cutPlan(parseLayoutIndex(layout), { hdr: '1' });
    return part !== undefined && part.offset + part.length <= bytes;
  } catch (error) {
    if (error instanceof ContainerError) return false;
    throw error;
  }
}

/** Sends a master, as a span of the trace that this belongs to, and measures how long the origin takes to begin its answer. */
function post(
  env: Env,
  target: string,
  keyed: KeyedMaster,
  milliseconds = MOST_MILLISECONDS,
): Promise<Response> {
  const what = target.startsWith('/probe') ? 'probe' : 'encode';
  return span(`origin ${what}`, 'client', async (attributes) => {
    const began = Date.now();
    attributes['url.path'] = target;
    let outcome: 'done' | 'failed' = 'failed';
    try {
      const response = await send(env, target, keyed, milliseconds);
      outcome = 'done';
      return response;
    } finally {
      observeOrigin(what, outcome, (Date.now() - began) / 1000);
    }
  });
}

/** Sends a master, streamed from its bucket; answers with a 200 only. */
async function send(
  env: Env,
  target: string,
  { key, master }: KeyedMaster,
  milliseconds: number,
): Promise<Response> {
  const object = await env.MASTERS.get(master.name, { onlyIf: { etagMatches: master.etag } });
  if (object === null || !('body' in object)) throw new OriginError('the master is gone');
  const signature = await signRequest(
    { method: 'POST', target, bodyDigest: master.sha256, date: Math.floor(Date.now() / 1000) },
    env.ORIGIN_SECRET,
  );
  const trace = currentTraceparent();
  let response: Response;
  try {
    response = await fetch(new URL(target, env.ORIGIN_URL), {
      method: 'POST',
      // A stream of known length, so that the origin knows beforehand how much there is to read.
      body: object.body.pipeThrough(new FixedLengthStream(object.size)),
      headers: {
        ...signature,
        ...(trace === undefined ? {} : { traceparent: trace }),
        [TENANT_HEADER]: encodeURIComponent(tenantOf(key)),
        'Content-Type': 'application/octet-stream',
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(milliseconds),
    });
  } catch (cause) {
    throw new OriginError('the connection to it broke', { cause });
  }
  if (response.status === 200) return response;
  throw await refusal(response);
}

async function refusal(response: Response): Promise<Error> {
  const { status, headers } = response;
  const text = await response.text().catch(() => '');
  if (status === 503 || status === 429) {
    const seconds = Number(headers.get('Retry-After') ?? Number.NaN);
    return new OriginBusyError(Number.isInteger(seconds) && seconds > 0 ? Math.min(seconds, 3600) : 5);
  }
  const problem = parseProblem(text);
  // 401 and 403 are about the edge's signature, 404 and 405 about its address: none of them is the picture's fault.
  const aboutPicture = status >= 400 && status < 500 && ![401, 403, 404, 405, 408].includes(status);
  if (aboutPicture && problem !== undefined) return new ProblemError(problem);
  return new OriginError(`it answered ${status}`);
}
