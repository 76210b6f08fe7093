import { findKept, keep } from './kept.ts';
import { pictureStream } from './picture-stream.ts';

/** What a client with the decoder asks for: layers rather than the plain JPEG. */
const ACCEPT = 'image/vnd.afterglow,image/jpeg;q=0.8';
/** What is true of what is answered, too. */
const PASSED_ON = ['Cache-Control', 'Cross-Origin-Resource-Policy', 'Last-Modified', 'Timing-Allow-Origin'];

export interface AnswerOptions {
  /** Makes an Ultra HDR JPEG of a layered file. */
  readonly make: (file: Blob) => Promise<Blob>;
  /** Keeps the service worker from being ended before this is settled. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** An image's request, answered by an Ultra HDR JPEG where there are layers, and as without us in all other cases. */
export async function answer(request: Request, { make, waitUntil }: AnswerOptions): Promise<Response> {
  const found = await askForLayers(request).catch(() => null);
  // A server that lets nobody read without CORS, or wants the cookies of an <img>, has its request as the page made it.
  if (found?.ok !== true || found.body === null) {
    await found?.body?.cancel();
    return fetch(request);
  }
  if (found.headers.get('Content-Type') !== 'image/jpeg') return found;
  const etag = found.headers.get('ETag');
  const kept = await findKept(request.url, etag);
  if (kept !== null) {
    await found.body.cancel();
    return new Response(kept, { headers: headersOf(found) });
  }
  const parts = pictureStream(read(found.body), {
    make,
    onMade: (jpeg) => {
      waitUntil(keep(request.url, etag, jpeg));
    },
  });
  return new Response(streamOf(parts, waitUntil), { headers: headersOf(found) });
}

/** As an `<img>` asks, but by CORS, since what is opaque cannot be decoded; then without cookies of other hosts. */
function askForLayers(request: Request): Promise<Response> {
  const opaque = request.mode === 'no-cors' && new URL(request.url).origin !== location.origin;
  return fetch(request.url, {
    headers: { Accept: ACCEPT },
    mode: 'cors',
    credentials: opaque ? 'same-origin' : request.credentials,
    referrer: request.referrer,
    referrerPolicy: request.referrerPolicy,
    cache: request.cache,
    signal: request.signal,
  });
}

function headersOf(response: Response): Headers {
  const headers = new Headers({ 'Content-Type': 'image/jpeg' });
  for (const name of PASSED_ON) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}

async function* read(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const reader = body.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Read to its end whether or not anybody still looks at it: what was made is kept for the next page. */
function streamOf(
  parts: AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>,
  waitUntil: AnswerOptions['waitUntil'],
): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      const run = async (): Promise<void> => {
        try {
          for await (const part of parts) controller.enqueue(part);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
      };
      waitUntil(run());
    },
    cancel() {
      void parts.return();
    },
  });
}
