import { allowsWrite } from '../delivery/conditional.ts';
import { preconditionFailed } from './respond.ts';
import type { Pointer } from './store/pointers.ts';

/** Whether a request to change a picture says what must be there, or that nothing may. */
export function isConditional(headers: Headers): boolean {
  return headers.has('If-Match') || headers.has('If-None-Match');
}

/**
 * Keeps a PUT or DELETE from what its client has not seen (RFC 9110 §13.1.1: the lost update), or from a picture that it
 * meant to be new (§13.1.2, `If-None-Match: *`).
 *
 * @throws ProblemError 412 `precondition_failed`
 */
export function requireWritable(headers: Headers, now: Pointer | null): void {
  const conditions = { ifMatch: headers.get('If-Match'), ifNoneMatch: headers.get('If-None-Match') };
  if (!allowsWrite(conditions, now?.generation ?? null)) throw preconditionFailed();
}
