import { CodecError } from '../codec/errors.ts';
import { ContainerError } from '../container/index.ts';
import { byteLimit } from '../delivery/byte-limit.ts';
import { ProblemError, type ProblemInit } from '../delivery/problem.ts';
import { FormatError, type PictureSize } from '../formats/index.ts';
import { JpegError } from '../inference/jpeg-check.ts';
import { ModelError } from '../inference/model-error.ts';

/** Where one code of the rooms below deserves another status than 422. */
const STATUS: Readonly<Record<string, number>> = {
  unsupported_format: 415,
  unsupported_feature: 415,
  too_large: 413,
  jpeg_too_large: 413,
  invalid_option: 400,
};

const TITLE = {
  FormatError: 'The picture cannot be read',
  ContainerError: 'The layered file cannot be read',
  JpegError: 'The JPEG cannot be decoded',
  CodecError: 'The picture cannot be coded',
};

/**
 * What a client may know of an error: those of the rooms below speak of the client's own bytes and parameters. Everything
 * else is the origin's fault, and undefined here.
 */
export function refusalOf(error: unknown): ProblemInit | undefined {
  if (error instanceof ProblemError && error.status < 500) {
    const { status, code, title, detail } = error;
    return { status, code, title, detail };
  }
  if (error instanceof ModelError && error.code === 'model_unknown') {
    return { status: 422, code: error.code, title: 'Unknown model', detail: error.message };
  }
  if (
    error instanceof FormatError ||
    error instanceof ContainerError ||
    error instanceof JpegError ||
    error instanceof CodecError
  ) {
    const title = TITLE[error.name as keyof typeof TITLE];
    return { status: STATUS[error.code] ?? 422, code: error.code, title, detail: error.message };
  }
  return undefined;
}

/** Seconds after which a client that was turned away may come back. */
const RETRY_AFTER = { 'Retry-After': '5' };

export const queueFull = (): ProblemError =>
  new ProblemError({
    status: 503,
    code: 'queue_full',
    title: 'All places are taken',
    detail: 'The origin renders as many pictures as it can, and its queue is full.',
    headers: RETRY_AFTER,
  });

export const tenantQueueFull = (): ProblemError =>
  new ProblemError({
    status: 503,
    code: 'tenant_queue_full',
    title: 'All places of this tenant are taken',
    detail: 'The origin has as many pictures of this tenant as it may have at once.',
    headers: RETRY_AFTER,
  });

export const shuttingDown = (): ProblemError =>
  new ProblemError({
    status: 503,
    code: 'shutting_down',
    title: 'The origin is shutting down',
    detail: 'Another instance, or this one after its restart, will take the request.',
    headers: { ...RETRY_AFTER, Connection: 'close' },
  });

export const jobTimeout = (seconds: number): ProblemError =>
  new ProblemError({
    status: 504,
    code: 'job_timeout',
    title: 'The picture took too long',
    detail: `Rendering was stopped after ${seconds} seconds.`,
  });

export const tooManyPixels = (size: PictureSize, limit: number): ProblemError =>
  new ProblemError({
    status: 400,
    code: 'too_many_pixels',
    title: 'Too many pixels',
    detail: `A picture of ${size.width} × ${size.height} pixels is asked for; ${limit} pixels are allowed.`,
  });

export const workerLost = (cause: unknown): ProblemError =>
  new ProblemError(
    {
      status: 500,
      code: 'worker_lost',
      title: 'Rendering failed',
      detail: 'The worker that rendered this picture was lost.',
    },
    { cause },
  );

export const bodyTooLarge = (limit: number): ProblemError =>
  new ProblemError({
    status: 413,
    code: 'body_too_large',
    title: 'The body is too large',
    detail: `A body may have ${byteLimit(limit)} at most.`,
  });

export const digestMismatch = (): ProblemError =>
  new ProblemError({
    status: 401,
    code: 'digest_mismatch',
    title: 'Not the body that was signed',
    detail: 'The SHA-256 of the body is not the one that the request was signed with.',
  });

export const unauthorized = (fault: 'missing' | 'expired' | 'forged'): ProblemError =>
  new ProblemError({
    status: 401,
    code: `signature_${fault}`,
    title: 'Not signed by the edge',
    detail: 'The request must carry a valid signature, made no longer than five minutes ago.',
    headers: { 'WWW-Authenticate': 'Afterglow-HMAC-SHA256' },
  });

export const notFound = (): ProblemError =>
  new ProblemError({
    status: 404,
    code: 'not_found',
    title: 'Nothing is here',
    detail: 'The origin answers POST /encode, POST /decode, POST /probe, GET /healthz and GET /metrics.',
  });
