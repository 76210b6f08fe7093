import { ACCEPT_CH } from './client-hints.ts';

/** Pictures are named by mutable keys: caches keep them for an hour, then ask again by entity tag, which costs no bytes. */
const SETTLED = 'public, max-age=3600, stale-while-revalidate=86400';
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
}

/** The headers of a picture, the same for 200, 206 and 304 (RFC 9110 §15.4.5), but for those that describe a body. */
export function pictureHeaders(answer: PictureAnswer): Record<string, string> {
  return {
    ETag: answer.etag,
    'Cache-Control': answer.provisional ? STANDING_IN : SETTLED,
    'Accept-CH': ACCEPT_CH,
    'Server-Timing': `negotiate;desc="${answer.reason}"`,
    ...(answer.vary.length === 0 ? {} : { Vary: answer.vary.join(', ') }),
    ...(answer.afterglow === undefined ? {} : { Afterglow: answer.afterglow }),
  };
}
