import { ACCEPT_CH, criticalHints } from './client-hints.ts';

/** How long caches may keep pictures, in seconds (RFC 9111 §5.2.2, RFC 5861). */
export interface Lifetimes {
  /** Every cache, from when the answer was made or validated. */
  readonly maxAge: number;
  /** Shared caches, where that is to be another time. */
  readonly sharedMaxAge?: number | undefined;
  /** After that, while they ask again in the background, or when the edge fails. */
  readonly stale: number;
}

/** Pictures are named by mutable keys: caches keep them for an hour, then ask again by entity tag, which costs no bytes. */
export const DEFAULT_LIFETIMES: Lifetimes = { maxAge: 3600, stale: 86_400 };
/** A base that stands in for layers still being encoded; clients should come back soon. */
const STANDING_IN = 'public, max-age=5';

export interface PictureAnswer {
  readonly etag: string;
  /** Request headers the choice could have depended on. */
  readonly vary: readonly string[];
  /** The value of the `Afterglow` field; a 304 has none to say. */
  readonly afterglow?: string;
  /** Not what was asked for, or not for long. */
  readonly provisional: boolean;
  /** Why this representation was chosen. */
  readonly reason: string;
  /** Whole seconds since it was validated against what the key means; 0: for this request. */
  readonly age?: number;
  /** The name by which caches are told to forget it. */
  readonly tag?: string;
}

/** The headers of a picture, the same for 200, 206 and 304 (RFC 9110 §15.4.5), but for those that describe a body. */
export function pictureHeaders(
  answer: PictureAnswer,
  lifetimes: Lifetimes = DEFAULT_LIFETIMES,
): Record<string, string> {
  const { age = 0, tag } = answer;
  const critical = criticalHints(answer.vary);
  return {
    ETag: answer.etag,
    'Cache-Control': answer.provisional ? STANDING_IN : settled(lifetimes),
    'Accept-CH': ACCEPT_CH,
    'Server-Timing': `negotiate;desc="${answer.reason}"`,
    ...(critical.length === 0 ? {} : { 'Critical-CH': critical.join(', ') }),
    ...(answer.vary.length === 0 ? {} : { Vary: answer.vary.join(', ') }),
    ...(answer.afterglow === undefined ? {} : { Afterglow: answer.afterglow }),
    // Its presence says that the answer was not validated for this request (RFC 9111 §5.1).
    ...(age === 0 ? {} : { Age: String(age) }),
    ...(tag === undefined ? {} : { 'Cache-Tag': tag }),
  };
}

function settled({ maxAge, sharedMaxAge, stale }: Lifetimes): string {
  const shared = sharedMaxAge === undefined ? '' : `, s-maxage=${sharedMaxAge}`;
  return `public, max-age=${maxAge}${shared}, stale-while-revalidate=${stale}, stale-if-error=${stale}`;
}

/** How the edge's own cache took part in an answer (RFC 9211 §2). */
export function cacheStatus(hit: boolean): string {
  return hit ? 'afterglow; hit' : 'afterglow; fwd=miss';
}

/** Whether a client wants nothing that was not validated for it (RFC 9111 §5.2.1.4, §5.4). */
export function wantsValidation(cacheControl: string | null, pragma: string | null): boolean {
  if (cacheControl !== null)
    return hasDirective(cacheControl, 'no-cache') || hasDirective(cacheControl, 'max-age=0');
  return pragma !== null && hasDirective(pragma, 'no-cache');
}

/** Whether a client forbids the caches on the way to keep the answer (RFC 9111 §5.2.1.5). */
export function forbidsStoring(cacheControl: string | null): boolean {
  return cacheControl !== null && hasDirective(cacheControl, 'no-store');
}

function hasDirective(field: string, directive: string): boolean {
  return field.split(',').some((entry) => entry.trim().toLowerCase() === directive);
}
