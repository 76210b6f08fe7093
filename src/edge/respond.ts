import type { Part } from '../container/index.ts';
import { evaluateRead } from '../delivery/conditional.ts';
import { cacheStatus, DEFAULT_LIFETIMES, forbidsStoring, pictureHeaders } from '../delivery/headers.ts';
import type { PictureAnswer } from '../delivery/headers.ts';
import { ProblemError } from '../delivery/problem.ts';
import { contentRange, parseRange, rangeApplies } from '../delivery/range.ts';
import { numberOf } from './env.ts';
import type { Env, Routed } from './env.ts';
import { openParts, sizeOf, sliceParts } from './parts.ts';
import type { Rendition } from './store/renditions.ts';

/** Which bytes of which rendition are the answer. */
export interface Chosen {
  readonly rendition: Rendition;
  readonly parts: readonly Part[];
  readonly mediaType: string;
}

/**
 * Answers with chosen bytes: conditions first, then the range, then the body (RFC 9110 §13.2.2, §14.2). `null` if the
 * rendition is gone.
 *
 * @throws ProblemError 412 `precondition_failed`, 416 `range_not_satisfiable`
 */
export async function respond(
  c: Routed,
  { rendition, parts, mediaType }: Chosen,
  answer: PictureAnswer,
): Promise<Response | null> {
  const request = c.req.raw.headers;
  const unchanged = notModified(c, answer);
  if (unchanged !== null) return unchanged;
  const headers = new Headers(pictureHeaders(answer, lifetimes(c.env)));
  headers.set('Content-Type', mediaType);
  headers.set('Accept-Ranges', 'bytes');

  const size = sizeOf(parts);
  // Ranges are for GET alone (§14.2).
  const range = rangeApplies(request.get('If-Range'), answer.etag)
    ? parseRange(c.req.method === 'GET' ? request.get('Range') : null, size)
    : ({ kind: 'whole' } as const);
  if (range.kind === 'unsatisfiable') throw unsatisfiable(size, answer.afterglow);
  const { offset, length } = range.kind === 'part' ? range : { offset: 0, length: size };
  if (range.kind === 'part') headers.set('Content-Range', contentRange(offset, length, size));
  headers.set('Content-Length', String(length));
  if (c.req.method === 'HEAD') return new Response(null, { headers });

  const keep = !forbidsStoring(request.get('Cache-Control'));
  const opened = await openParts(c.env, rendition, sliceParts(parts, offset, length), (fill) => {
    if (keep) c.executionCtx.waitUntil(fill());
  });
  if (opened === null) return null;
  headers.set('Cache-Status', cacheStatus(opened.hit));
  return new Response(opened.body, { status: range.kind === 'part' ? 206 : 200, headers });
}

/**
 * The answer to a request whose conditions spare it the body; `null` if they do not. The tag may be that of bytes which are
 * not at hand: it is known before they are.
 *
 * @throws ProblemError 412 `precondition_failed`
 */
export function notModified(c: Routed, answer: PictureAnswer): Response | null {
  const { headers } = c.req.raw;
  const conditions = { ifMatch: headers.get('If-Match'), ifNoneMatch: headers.get('If-None-Match') };
  switch (evaluateRead(conditions, answer.etag)) {
    case 'proceed':
      return null;
    case 'precondition-failed':
      throw preconditionFailed();
    case 'not-modified': {
      return new Response(null, { status: 304, headers: pictureHeaders(answer, lifetimes(c.env)) });
    }
  }
}

export function preconditionFailed(): ProblemError {
  return new ProblemError({
    status: 412,
    code: 'precondition_failed',
    title: 'Precondition failed',
    detail: 'What is there now is not what `If-Match` or `If-None-Match` asks for.',
  });
}

function lifetimes(env: Env) {
  const shared = numberOf(env.SHARED_MAX_AGE_SECONDS, Number.NaN);
  return {
    maxAge: numberOf(env.MAX_AGE_SECONDS, DEFAULT_LIFETIMES.maxAge),
    stale: numberOf(env.STALE_SECONDS, DEFAULT_LIFETIMES.stale),
    ...(Number.isNaN(shared) ? {} : { sharedMaxAge: shared }),
  };
}

/** Who asks for what lies behind the base is told whether there is to be something: `;pending`. */
function unsatisfiable(size: number, afterglow: string | undefined): ProblemError {
  return new ProblemError({
    status: 416,
    code: 'range_not_satisfiable',
    title: 'Range not satisfiable',
    detail: `The representation has ${size} bytes.`,
    headers: {
      'Content-Range': `bytes */${size}`,
      ...(afterglow === undefined ? {} : { Afterglow: afterglow }),
    },
  });
}
