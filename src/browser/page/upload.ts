import { ApiError, getJob, pictureUrl, problemError, type Job } from './api.ts';

const POLL_MILLISECONDS = 500;

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

/** Follows a job until it is done. Throws ApiError with the job's problem if it fails. */
export async function followJob(url: string, onChange: (job: Job) => void): Promise<void> {
  for (;;) {
    const job = await getJob(url);
    onChange(job);
    if (job.status === 'done') return;
    if (job.status === 'failed') {
      const { code = 'encode_failed', title, detail } = job.problem ?? {};
      throw new ApiError(code, detail ?? title ?? 'The picture could not be encoded.');
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLISECONDS));
  }
}
