import type { Part } from '../../container/index.ts';

/** The name of an object of RENDITIONS, and the entity tag that its bytes have. */
interface Named {
  readonly name: string;
  readonly etag: string;
}

/** Cloudflare's limit of one cached object on most plans. */
const MOST_BYTES = 512 * 1024 * 1024;
/** The bytes under a name and an entity tag never change; how long they stay is up to the cache. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

/** What this isolate is putting into the cache, and since when: a thousand misses at once are one fill. */
const filling = new Map<string, number>();
/** The platform ends what a request left behind after 30 s, and says nothing: a fill is given up for dead after this time. */
const MOST_FILL_MILLISECONDS = 60_000;

/**
 * Bytes of a rendition from the data centre's cache, `undefined` if it is not there. The whole file is cached once, and
 * every representation, cut and byte range is a range of it (RFC 9110 §14.2, by the cache's own `match`).
 */
export async function cachedPart(
  rendition: Named & { readonly bytes: number },
  { offset, length }: Part,
): Promise<ReadableStream<Uint8Array> | undefined> {
  const whole = offset === 0 && length === rendition.bytes;
  const headers: HeadersInit = whole ? {} : { Range: `bytes=${offset}-${offset + length - 1}` };
  const found = await caches.default.match(new Request(addressOf(rendition), { headers })).catch(noCache);
  const fits = whole ? found?.status === 200 : found?.headers.get('Content-Range') === contentRange();
  if (fits && found?.body) return found.body;
  await found?.body?.cancel();
  return undefined;

  function contentRange(): string {
    return `bytes ${offset}-${offset + length - 1}/${rendition.bytes}`;
  }
}

/**
 * Puts a rendition into the cache, whole, from the bucket: apart from the answer that missed it, whose client may be slow
 * or gone, and without a byte of it in the heap.
 */
export async function fillCache(
  bucket: R2Bucket,
  rendition: Named & { readonly bytes: number },
): Promise<void> {
  const { name, etag, bytes } = rendition;
  const address = addressOf(rendition);
  const now = Date.now();
  if (bytes > MOST_BYTES || now - (filling.get(address) ?? -Infinity) < MOST_FILL_MILLISECONDS) return;
  filling.set(address, now);
  try {
    const object = await bucket.get(name, { onlyIf: { etagMatches: etag } });
    if (object === null || !('body' in object)) return;
    const headers = {
      'Content-Type': 'image/jpeg',
      'Content-Length': String(object.size),
      'Cache-Control': IMMUTABLE,
      ETag: object.httpEtag,
    };
    await caches.default.put(address, new Response(object.body, { headers }));
  } catch (error) {
    console.error(`could not cache ${name}`, error);
  } finally {
    filling.delete(address);
  }
}

/** Purges renditions by name, in this data centre; no other can be asked for them, since no pointer names them any more. */
export async function forgetBodies(renditions: readonly Named[]): Promise<void> {
  await Promise.all(
    renditions.map((rendition) => caches.default.delete(addressOf(rendition)).catch(noCache)),
  );
}

/** An address that no host answers: only this worker's own cache knows it. */
function addressOf({ name, etag }: Named): string {
  return `https://renditions.invalid/${encodeURI(name)}?${new URLSearchParams({ etag }).toString()}`;
}

/** A cache that fails is a cache that has nothing. */
function noCache(error: unknown): undefined {
  console.error('the cache failed', error);
}
