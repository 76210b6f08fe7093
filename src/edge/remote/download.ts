import { resolveRedirect } from '../../delivery/remote-source.ts';
import type { RemoteSource } from '../../delivery/remote-source.ts';
import { sourceFailed, sourceNoPicture, sourceNotFound, sourceTooLarge } from './problems.ts';
import { requirePublicName } from './resolve.ts';

/** Enough for a canonical host, a scheme and a storage service behind them; a loop ends here. */
const MOST_REDIRECTS = 4;
/** What servers call pictures whose names they do not know, as of OpenEXR and Radiance. */
const NEUTRAL_TYPES = ['application/octet-stream', 'binary/octet-stream'];

/** Names this service in `CDN-Loop` (RFC 8586): a request that carries it has been here. */
export const LOOP_NAME = 'afterglow';

export interface DownloadLimits {
  readonly sources: readonly RemoteSource[];
  /** Absent: names are not resolved before they are connected to. */
  readonly resolver: URL | undefined;
  /** Bytes. */
  readonly most: number;
  /** Ends everything, the body included. */
  readonly signal: AbortSignal;
}

export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export type Download =
  | { readonly changed: false }
  | { readonly changed: true; readonly body: ReadableStream<Uint8Array>; readonly validators: Validators };

/**
 * Asks a source for its picture, which may be what is known already. Every hop of a redirect is held against the allowlist, and
 * its name resolved, as the first was; none gets anything of the client's request.
 *
 * @throws ProblemError what is wrong with the source; whatever `signal` is aborted with
 */
export async function download(first: URL, known: Validators, limits: DownloadLimits): Promise<Download> {
  let url = first;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    if (limits.resolver !== undefined) await requirePublicName(limits.resolver, url.hostname, limits.signal);
    const response = await request(url, known, limits.signal);
    const location = [301, 302, 303, 307, 308].includes(response.status)
      ? response.headers.get('Location')
      : null;
    if (location === null) return read(response, limits.most);
    await response.body?.cancel();
    url = resolveRedirect(url, location, limits.sources);
  }
  throw sourceFailed(`redirects more than ${MOST_REDIRECTS} times`);
}

async function request(url: URL, known: Validators, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      headers: {
        Accept: 'image/*, application/octet-stream;q=0.5',
        'User-Agent': 'Afterglow',
        'CDN-Loop': LOOP_NAME,
        ...(known.etag === undefined ? {} : { 'If-None-Match': known.etag }),
        ...(known.lastModified === undefined ? {} : { 'If-Modified-Since': known.lastModified }),
      },
      redirect: 'manual',
      // The question is whether the source has something new; no cache on the way may answer it.
      cf: { cacheTtlByStatus: { '100-599': -1 } },
      signal,
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw sourceFailed('cannot be reached', cause);
  }
}

async function read(response: Response, most: number): Promise<Download> {
  const { status, headers } = response;
  const body: ReadableStream<Uint8Array> | null = response.body;
  const problem =
    status === 404 || status === 410
      ? sourceNotFound()
      : status !== 200 && status !== 304
        ? sourceFailed(`answered ${status}`)
        : status === 200 && !isPictureType(headers.get('Content-Type'))
          ? sourceNoPicture()
          : Number(headers.get('Content-Length') ?? 0) > most
            ? sourceTooLarge(most)
            : undefined;
  if (problem !== undefined || status === 304 || body === null) await body?.cancel();
  if (problem !== undefined) throw problem;
  if (status === 304) return { changed: false };
  if (body === null) throw sourceNoPicture();
  const etag = headers.get('ETag');
  const lastModified = headers.get('Last-Modified');
  return {
    changed: true,
    body,
    validators: { ...(etag === null ? {} : { etag }), ...(lastModified === null ? {} : { lastModified }) },
  };
}

/** Absent, a type is left to what the file begins with. */
function isPictureType(field: string | null): boolean {
  const [type = ''] = (field ?? '').split(';');
  const name = type.trim().toLowerCase();
  return name === '' || name.startsWith('image/') || NEUTRAL_TYPES.includes(name);
}
