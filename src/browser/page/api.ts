import { sentence } from './format.ts';

/** What the page asks of the edge. */

/** A refusal, in the words of its problem document (RFC 9457) where there is one. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ApiError';
    this.code = code;
  }
}

/** `GET /images/{key}/info`, as far as the page shows it. */
export interface PictureInfo {
  readonly width: number;
  readonly height: number;
  /** log2(peak / 203 cd/m²), in stops. */
  readonly headroom: number | null;
  readonly base: { readonly bytes: number } | null;
  readonly layers: readonly { readonly bytes: number }[];
  /** What can be had of the picture: `sdr`, `layered`, `gainmap`. */
  readonly formats: readonly string[];
  readonly master?: { readonly format: string; readonly bytes: number };
}

export interface Problem {
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
}

/** `GET /jobs/{id}`. */
export interface Job {
  readonly status: 'queued' | 'encoding' | 'done' | 'failed';
  /** 0…1. */
  readonly progress: number;
  readonly problem?: Problem;
}

/** A key may have slashes, which part its segments in the URL, too. */
export function pictureUrl(key: string): string {
  return `/images/${key.split('/').map(encodeURIComponent).join('/')}`;
}

/** Fetches JSON. Throws ApiError: the problem's code, or `unreachable`. */
export async function getJson(url: string, signal?: AbortSignal): Promise<unknown> {
  const response = await request(url, { signal: signal ?? null });
  return response.json();
}

export async function getInfo(key: string): Promise<PictureInfo> {
  return (await getJson(`${pictureUrl(key)}/info`)) as PictureInfo;
}

export async function getJob(url: string): Promise<Job> {
  return (await getJson(url)) as Job;
}

/** The bytes that a GET would send. */
export async function contentLength(url: string): Promise<number> {
  const response = await request(url, { method: 'HEAD' });
  return Number(response.headers.get('Content-Length'));
}

/** The error that a refusal's body tells of; any other body is not shown. */
export function problemError(status: number, body: string): ApiError {
  let problem: Problem = {};
  try {
    problem = (JSON.parse(body) as Problem | null) ?? {};
  } catch {
    // Not a problem document: the status has to do.
  }
  const message = sentence(problem.detail ?? problem.title ?? `The server answered with status ${status}`);
  return new ApiError(problem.code ?? `http_${status}`, message);
}

/** Asks the server whether what the browser keeps is still so: another picture may have been uploaded under the name. */
async function request(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { cache: 'no-cache', ...init }).catch((cause: unknown) => {
    init.signal?.throwIfAborted();
    throw new ApiError('unreachable', 'The server cannot be reached.', { cause });
  });
  if (!response.ok) throw problemError(response.status, await response.text());
  return response;
}
