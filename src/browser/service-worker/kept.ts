/** The Ultra HDR JPEGs that were made, by the URL and the strong ETag of the file that they were made of. */

export const CACHE = 'afterglow-ultra-hdr-1';
/** Beginning of the names of this cache's older versions. */
export const CACHES = 'afterglow-ultra-hdr-';
const FOLDER = '/.afterglow/pictures/';
const MOST_PICTURES = 100;
const MOST_BYTES = 128 * 2 ** 20;

/** What was made of this file; null where there is none, or nothing to know the file by. */
export async function findKept(url: string, etag: string | null): Promise<Blob | null> {
  const name = nameOf(url, etag);
  if (name === null) return null;
  const found = await openCache()
    .then((cache) => cache?.match(name))
    .catch(() => undefined);
  return found === undefined ? null : found.blob();
}

/** Keeps a picture in place of what was made of the URL's older files, and lets the oldest go for it. Never fails. */
export async function keep(url: string, etag: string | null, jpeg: Blob): Promise<void> {
  const name = nameOf(url, etag);
  if (name === null || jpeg.size > MOST_BYTES) return;
  try {
    const cache = await openCache();
    await cache?.put(name, new Response(jpeg, { headers: { 'Content-Length': String(jpeg.size) } }));
    if (cache !== null) await makeRoom(cache, name);
  } catch {
    // Without room on the device it will be made again.
  }
}

/** The Cache API lists what it keeps in the order in which it was put there. */
async function makeRoom(cache: Cache, newest: string): Promise<void> {
  const pictures = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith(FOLDER));
  const file = fileOf(newest);
  let bytes = 0;
  for (const [age, request] of pictures.reverse().entries()) {
    const kept = await cache.match(request);
    bytes += Number(kept?.headers.get('Content-Length') ?? 0);
    const replaced = fileOf(request.url) === file && !request.url.endsWith(newest);
    if (age >= MOST_PICTURES || bytes > MOST_BYTES || replaced) await cache.delete(request);
  }
}

/** A path of our own origin, since names of other kinds the Cache API does not take. */
function nameOf(url: string, etag: string | null): string | null {
  if (etag?.startsWith('"') !== true) return null;
  return `${FOLDER}${encodeURIComponent(url)}?etag=${encodeURIComponent(etag)}`;
}

function fileOf(name: string): string {
  return new URL(name, location.origin).pathname;
}

/** Some browsers refuse it in private windows. */
async function openCache(): Promise<Cache | null> {
  return caches.open(CACHE).catch(() => null);
}
