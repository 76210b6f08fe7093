import { StorageError } from './storage-error.ts';

/** How often a call is made before it has failed. */
const MOST_TRIES = 4;
/** The pause before the second try, in milliseconds; it doubles, and half of it is random, so that isolates do not march in step. */
const FIRST_PAUSE_MILLISECONDS = 20;

/**
 * A bucket whose calls are made again when they fail. All that the edge does to a bucket may be done twice: names and bytes
 * are the same, and conditional writes say what they expect. Only a body that is a stream cannot be sent twice; who sends
 * one gets the failure.
 */
export function retryingBucket(bucket: R2Bucket): R2Bucket {
  return new Proxy(bucket, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]) => {
        const call = () => (member as (...a: unknown[]) => Promise<unknown>).apply(target, args);
        const tries = args[1] instanceof ReadableStream ? 1 : MOST_TRIES;
        const answer = await persist(String(name), call, tries);
        return isUpload(answer) ? retryingUpload(target, answer) : answer;
      };
    },
  });
}

function retryingUpload(bucket: R2Bucket, upload: R2MultipartUpload): R2MultipartUpload {
  const { key, uploadId } = upload;
  let tries = 0;
  return {
    key,
    uploadId,
    uploadPart: (...args) => persist('uploadPart', () => upload.uploadPart(...args)),
    abort: () => persist('abort', () => upload.abort()),
    complete: (parts) =>
      persist('complete', async () => {
        if (tries++ === 0) return upload.complete(parts);
        // The try before may have done it, and only its answer got lost.
        return (await bucket.head(key)) ?? upload.complete(parts);
      }),
  };
}

function isUpload(answer: unknown): answer is R2MultipartUpload {
  return typeof answer === 'object' && answer !== null && 'uploadId' in answer && 'complete' in answer;
}

async function persist<T>(operation: string, call: () => Promise<T>, tries = MOST_TRIES): Promise<T> {
  for (let pause = FIRST_PAUSE_MILLISECONDS, left = tries - 1; ; left--, pause *= 2) {
    try {
      return await call();
    } catch (cause) {
      if (left === 0) throw new StorageError(operation, { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
  }
}
