import type { DecodeSource } from './protocol.ts';

/** What is opened by itself: the chunks of a streamed source come from elsewhere. */
export type OpenableSource = Exclude<DecodeSource, { streamed: true }>;

/** A source that could not be read; `code` is the problem document's, or `fetch_failed`. */
export class SourceError extends Error {
  readonly code: string;
  /** Seconds. */
  readonly retryAfter: number | undefined;

  constructor(code: string, message: string, options?: ErrorOptions & { retryAfter?: number | undefined }) {
    super(message, options);
    this.name = 'SourceError';
    this.code = code;
    this.retryAfter = options?.retryAfter;
  }
}

export interface OpenedSource {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Whether the server said that more is still being encoded. */
  readonly pending: boolean;
}

/**
 * Opens a source. Throws SourceError, also while the chunks are read; an abort throws the signal's reason.
 *
 * @param cache of the browser: what answers allow, unless something else is said
 */
export async function openSource(
  source: OpenableSource,
  signal: AbortSignal,
  cache: RequestCache = 'default',
): Promise<OpenedSource> {
  if ('bytes' in source) return { chunks: only(source.bytes), pending: false };
  let response: Response;
  try {
    response = await fetch(source.url, { headers: { ...source.headers }, signal, cache });
  } catch (cause) {
    signal.throwIfAborted();
    throw new SourceError('fetch_failed', 'The server cannot be reached.', { cause });
  }
  if (!response.ok || response.body === null) throw await refusal(response);
  return {
    chunks: read(response.body, signal),
    pending: /;\s*pending\b/.test(response.headers.get('Afterglow') ?? ''),
  };
}

/** What the server says in its problem document (RFC 9457), if it sent one. */
export async function refusal(response: Response): Promise<SourceError> {
  const seconds = Number(response.headers.get('Retry-After') ?? NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  const fallback = `The server answered ${response.status} ${response.statusText}`.trimEnd() + '.';
  const problem: unknown = isJson(response) ? await response.json().catch(() => null) : null;
  // What is no problem document may be a picture, or have no end.
  if (!response.bodyUsed) await response.body?.cancel().catch(() => undefined);
  const { code, detail } = (problem ?? {}) as { code?: unknown; detail?: unknown };
  return new SourceError(
    typeof code === 'string' ? code : 'fetch_failed',
    typeof detail === 'string' && detail !== '' ? detail : fallback,
    { retryAfter },
  );
}

function isJson({ headers }: Response): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(headers.get('Content-Type') ?? '');
}

/** Not every browser iterates over a stream by itself. */
async function* read(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw new SourceError('fetch_failed', 'The connection broke off.', { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
