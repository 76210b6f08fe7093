/**
 * Whether `If-None-Match` names the entity tag, so that the answer is 304 (RFC 9110 §13.1.2): weak comparison, and `*`
 * matches whatever exists.
 */
export function matchesNoneMatch(field: string | null, etag: string): boolean {
  if (field === null) return false;
  if (field.trim() === '*') return true;
  return [...field.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, tag]) => tag === etag);
}
