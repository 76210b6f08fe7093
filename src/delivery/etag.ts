/**
 * The strong entity tag (RFC 9110 §8.8.3) of the bytes that a cache key names. It is known before they are rendered; the
 * base that stands in for a picture still being encoded has a tag of its own.
 */
export function entityTag(key: string, { pending }: { readonly pending: boolean }): string {
  return `"${key}${pending ? ';pending' : ''}"`;
}
