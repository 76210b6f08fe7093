/** What is known of a request before anything is asked of anybody. */
export interface ImageRequest {
  readonly url: string;
  readonly method: string;
  readonly destination: string;
  readonly headers: { has(name: string): boolean };
}

/** Parameters by which a URL says itself what is to come, with the values that leave the choice open. */
const DECIDING: Readonly<Record<string, readonly string[]>> = {
  hdr: ['1'],
  format: ['jpeg', 'jpg'],
  f: ['jpeg', 'jpg'],
};

/**
 * Whether a request is for a picture of the CDN's whose layers the service worker may ask for: of an image element, for a whole
 * file, under one of the prefixes, and with nothing in its URL that decides otherwise.
 *
 * @param prefixes absolute URLs
 */
export function isEligible(request: ImageRequest, prefixes: readonly string[]): boolean {
  if (request.destination !== 'image' || request.method !== 'GET' || request.headers.has('Range'))
    return false;
  if (!prefixes.some((prefix) => request.url.startsWith(prefix))) return false;
  const { searchParams } = new URL(request.url);
  return Object.entries(DECIDING).every(([name, open]) =>
    searchParams.getAll(name).every((value) => open.includes(value)),
  );
}
