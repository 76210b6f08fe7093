import { ApiError, getJob, pictureUrl, problemError, type Job } from './api.ts';
import { sentence } from './format.ts';

const POLL_MILLISECONDS = 500;
/** Of a server that is started again, or of a network that is away for a moment. */
const PATIENCE_MILLISECONDS = 60_000;

/**
 * Throws ApiError for a name that makes no address of a picture's: browsers resolve its dot segments before anybody is asked,
 * percent-encoded ones, too.
 */
export function requireName(key: string): void {
  if (!key.split('/').some((segment) => /^\.{0,2}$/.test(segment))) return;
  throw new ApiError('invalid_key', 'A name needs more than dots before, between and after its slashes.');
}

/**
 * Throws ApiError for a file of which there is nothing to send: an empty one, or a folder, which browsers let be dropped and cannot
 * read.
 */
export async function requireContent(file: Blob): Promise<void> {
  const unreadable = 'This cannot be read: it may be a folder, or have been moved.';
  await file
    .slice(0, 1)
    .arrayBuffer()
    .catch((cause: unknown) => {
      throw new ApiError('unreadable', unreadable, { cause });
    });
  if (file.size === 0) throw new ApiError('empty_upload', 'This file is empty.');
}

/**
 * Uploads a file; answers the address of its job. By XMLHttpRequest, since `fetch` does not tell how far an upload is.
 * Throws ApiError.
 *
 * @param onProgress 0…1
 */
export function upload(
  file: Blob,
  key: string,
  token: string,
  onProgress: (share: number) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', pictureUrl(key));
    request.setRequestHeader('Authorization', `Bearer ${token}`);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      onProgress(total > 0 ? loaded / total : 0);
    });
    request.addEventListener('load', () => {
      const job = request.getResponseHeader('Location');
      if (request.status === 202 && job !== null) resolve(job);
      else reject(problemError(request.status, request.responseText));
    });
    request.addEventListener('error', () => {
      reject(new ApiError('unreachable', 'The connection broke off during the upload.'));
    });
    request.send(file);
  });
}

/**
 * Follows a job until it is done, also through a while in which the server cannot be reached: `onChange` is then told
 * `unreachable`. Throws ApiError with the job's problem if it fails.
 */
export async function followJob(url: string, onChange: (job: Job | 'unreachable') => void): Promise<void> {
  let heard = performance.now();
  for (;;) {
    const job = await getJob(url).catch((error: unknown) => {
      const away = error instanceof ApiError && error.code === 'unreachable';
      if (!away || performance.now() - heard > PATIENCE_MILLISECONDS) throw error;
      return 'unreachable' as const;
    });
    onChange(job);
    if (job === 'unreachable') {
      await pause();
      continue;
    }
    heard = performance.now();
    if (job.status === 'done') return;
    if (job.status === 'failed') {
      const { code = 'encode_failed', title, detail } = job.problem ?? {};
      throw new ApiError(code, sentence(detail ?? title ?? 'The picture could not be encoded'));
    }
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
}
