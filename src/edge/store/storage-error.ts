import { ProblemError } from '../../delivery/problem.ts';

/** A bucket failed, and failed again when asked again. Nobody's fault but the platform's; a later attempt may succeed. */
export class StorageError extends Error {
  constructor(operation: string, options: ErrorOptions) {
    super(`the bucket failed: ${operation}`, options);
    this.name = 'StorageError';
  }
}

/** What a client is told of an error: that of a bucket is a 503 with `Retry-After`, every other one stays what it is. */
export function forClient(error: unknown): unknown {
  if (!(error instanceof StorageError)) return error;
  return new ProblemError(
    {
      status: 503,
      code: 'storage_unavailable',
      title: 'Storage unavailable',
      detail: 'The store of pictures did not answer; ask again.',
      headers: { 'Retry-After': '1' },
    },
    { cause: error },
  );
}
