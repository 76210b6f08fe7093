import { byteLimit } from '../../delivery/byte-limit.ts';
import { ProblemError } from '../../delivery/problem.ts';

/** Nobody asks a source that failed again within this many seconds. */
export const RETRY_SECONDS = 30;

export function sourceNotFound(): ProblemError {
  return new ProblemError({
    status: 404,
    code: 'source_not_found',
    title: 'Source not found',
    detail: 'The source says that it has nothing at this address.',
  });
}

/** `fault` completes "The source …"; the cause is for the log. */
export function sourceFailed(fault: string, cause?: unknown): ProblemError {
  return new ProblemError(
    {
      status: 503,
      code: 'source_failed',
      title: 'Source failed',
      detail: `The source ${fault}.`,
      headers: { 'Retry-After': String(RETRY_SECONDS) },
    },
    { cause },
  );
}

export function sourceTimeout(seconds: number): ProblemError {
  return new ProblemError({
    status: 503,
    code: 'source_timeout',
    title: 'Source timed out',
    detail: `The source did not send the picture within ${seconds} s.`,
    headers: { 'Retry-After': String(RETRY_SECONDS) },
  });
}

export function sourceTooLarge(most: number): ProblemError {
  return new ProblemError({
    status: 422,
    code: 'source_too_large',
    title: 'Source too large',
    detail: `A source may have ${byteLimit(most)} at most.`,
  });
}

export function sourceNoPicture(): ProblemError {
  return new ProblemError({
    status: 422,
    code: 'source_no_picture',
    title: 'Source is no picture',
    detail: 'What the source sent is of no picture format that is known here.',
  });
}
