/** The conditions of a request that are about entity tags; `null`: the field is absent. */
export interface Conditions {
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
}

/** What a condition makes of a request (RFC 9110 §13.2.2): go on, 304, or 412. */
export type Evaluation = 'proceed' | 'not-modified' | 'precondition-failed';

/**
 * Evaluates the conditions of a GET or HEAD for a representation that exists, in the order of RFC 9110 §13.2.2. Those about
 * dates are ignored, as §13.1.3 and §13.1.4 want it where a resource has no date of modification.
 */
export function evaluateRead({ ifMatch, ifNoneMatch }: Conditions, etag: string): Evaluation {
  if (ifMatch !== null && !matchesStrongly(ifMatch, etag)) return 'precondition-failed';
  return matchesNoneMatch(ifNoneMatch, etag) ? 'not-modified' : 'proceed';
}

/**
 * Whether the conditions let a PUT or DELETE change what exists (RFC 9110 §13.1.1, §13.1.2); `null`: nothing does. What is
 * changed is not one representation but all that an upload has, so a tag of any of them will do: every one begins with the
 * name of the upload's generation.
 */
export function allowsWrite({ ifMatch, ifNoneMatch }: Conditions, generation: string | null): boolean {
  if (ifMatch !== null && !namesGeneration(ifMatch, generation)) return false;
  return ifNoneMatch === null || !namesGeneration(ifNoneMatch, generation);
}

/**
 * Whether `If-None-Match` names the entity tag, so that the answer is 304 (RFC 9110 §13.1.2): weak comparison, and `*`
 * matches whatever exists.
 */
export function matchesNoneMatch(field: string | null, etag: string): boolean {
  return field !== null && (isAny(field) || namesTag(field, etag));
}

/** Whether a field names the entity tag itself; `*` does not. Weak comparison (RFC 9110 §8.8.3.2). */
export function namesTag(field: string | null, etag: string): boolean {
  return field !== null && tagsOf(field).some(({ opaque }) => opaque === etag);
}

/** `If-Match` (RFC 9110 §13.1.1): strong comparison (§8.8.3.2), and `*` matches whatever exists. */
function matchesStrongly(field: string, etag: string): boolean {
  return isAny(field) || tagsOf(field).some(({ weak, opaque }) => !weak && opaque === etag);
}

function namesGeneration(field: string, generation: string | null): boolean {
  if (generation === null) return false;
  return isAny(field) || tagsOf(field).some(({ opaque }) => opaque.startsWith(`"${generation}/`));
}

function isAny(field: string): boolean {
  return field.trim() === '*';
}

function tagsOf(field: string): { weak: boolean; opaque: string }[] {
  return [...field.matchAll(/(W\/)?("[^"]*")/g)].map(([, weak, opaque = '']) => ({
    weak: weak !== undefined,
    opaque,
  }));
}
