import { ProblemError } from './problem.ts';
import { only } from './signed-url.ts';

/** What a signed upload URL allows, besides its method and key: members of its query, and so as unforgeable as the rest. */
export interface UploadPolicy {
  /** The largest body, in bytes; absent: the server's own limit. */
  readonly maxBytes?: number;
  /** The media type that `Content-Type` must name, lower-case and without parameters; absent: any. */
  readonly contentType?: string;
}

export const UPLOAD_PARAMETERS = { maxBytes: 'max-bytes', contentType: 'content-type' } as const;

const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/;

/** Whether a text is a media type, without parameters and in lower case. */
export function isMediaType(text: string): boolean {
  return MEDIA_TYPE.test(text);
}

/**
 * Reads the policy of a URL whose signature was found genuine.
 *
 * @throws ProblemError 400 `invalid_upload_policy`: who signed it wrote it wrongly
 */
export function parseUploadPolicy(url: URL): UploadPolicy {
  const bytes = only(url, UPLOAD_PARAMETERS.maxBytes);
  if (bytes === null || (bytes !== undefined && !/^[1-9]\d{0,14}$/.test(bytes))) {
    throw invalid(UPLOAD_PARAMETERS.maxBytes, 'one integer, 1 or more');
  }
  const type = only(url, UPLOAD_PARAMETERS.contentType);
  if (type === null || (type !== undefined && !isMediaType(type))) {
    throw invalid(UPLOAD_PARAMETERS.contentType, 'one media type in lower case, without parameters');
  }
  return {
    ...(bytes === undefined ? {} : { maxBytes: Number(bytes) }),
    ...(type === undefined ? {} : { contentType: type }),
  };
}

/**
 * Holds a request's `Content-Type` against a policy; media types are compared without case and parameters (RFC 9110 §8.3.1).
 *
 * @throws ProblemError 415 `content_type_not_allowed`
 */
export function requireContentType({ contentType }: UploadPolicy, field: string | null): void {
  if (contentType === undefined) return;
  const [given = ''] = (field ?? '').split(';');
  if (given.trim().toLowerCase() === contentType) return;
  throw new ProblemError({
    status: 415,
    code: 'content_type_not_allowed',
    title: 'Content type not allowed',
    detail: `This URL is signed for an upload with \`Content-Type: ${contentType}\`.`,
  });
}

function invalid(name: string, values: string): ProblemError {
  return new ProblemError({
    status: 400,
    code: 'invalid_upload_policy',
    title: 'Invalid upload policy',
    detail: `\`${name}\` of a signed upload must be: ${values}.`,
  });
}
