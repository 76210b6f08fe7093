import type { ErrorReport } from './protocol.ts';

/**
 * An error of decoding, by a stable code: the server's own (of its problem document), ContainerError's, CodecError's,
 * ModelError's or JpegError's; `fetch_failed`; `worker_failed`; `internal_error` for what should not happen.
 */
export class DecodeError extends Error {
  readonly code: string;
  /** Seconds after which the server said that another attempt may succeed. */
  readonly retryAfter: number | undefined;

  constructor({ code, message, retryAfter }: Omit<ErrorReport, 'type'>, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DecodeError';
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** An error as a message can carry it: the structured clone of an Error loses what a subclass adds. */
export function errorReport(error: unknown): ErrorReport {
  const { code, retryAfter } = error as { code?: unknown; retryAfter?: unknown };
  return {
    type: 'error',
    code: error instanceof Error && typeof code === 'string' ? code : 'internal_error',
    message: error instanceof Error ? error.message : String(error),
    retryAfter: typeof retryAfter === 'number' ? retryAfter : undefined,
  };
}

/** The error itself where it has a code of ours, and else one that has: `internal_error`, with the error as its cause. */
export function codedError(error: unknown): Error {
  if (error instanceof Error && typeof (error as { code?: unknown }).code === 'string') return error;
  return new DecodeError(errorReport(error), { cause: error });
}
