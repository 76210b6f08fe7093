import { ProblemError } from '../../delivery/problem.ts';
import type { Routed } from '../env.ts';
import { forClient } from '../store/storage-error.ts';
import { fallback } from './settings.ts';

/** Long enough to spare the origin of a page that everybody loads, short enough that a repaired picture is soon seen. */
const FALLBACK_CACHING = 'public, max-age=10';

/**
 * Answers with the fallback picture where there is one and the picture itself cannot be had; with the status of the problem, or
 * the one that is configured. `Afterglow-Fallback` says whose place it takes: the problem's code. What the client did wrong
 * (400, 403, 416, 429) stays a problem, and a fallback that cannot be had either leaves the problem as it was.
 */
export async function withFallback(
  c: Routed,
  picture: (key: string) => Promise<Response>,
  answer: () => Promise<Response>,
): Promise<Response> {
  try {
    return await answer();
  } catch (cause) {
    const error = forClient(cause);
    if (!(error instanceof ProblemError) || !isMissing(error)) throw cause;
    const settings = fallback(c.env);
    if (settings === undefined) throw error;
    c.req.raw = unconditional(c.req.raw);
    const response = await picture(settings.key).catch(() => undefined);
    if (response?.status !== 200) throw error;
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(error.headers)) headers.set(name, value);
    headers.set('Cache-Control', FALLBACK_CACHING);
    headers.set('Afterglow-Fallback', error.code);
    // The tag is that of another resource, and would answer for this one (RFC 9110 §8.8.3).
    headers.delete('ETag');
    // The short while begins now, however long the fallback is known.
    headers.delete('Age');
    return new Response(response.body, { status: settings.status ?? error.status, headers });
  }
}

function isMissing({ status }: ProblemError): boolean {
  return status === 404 || status === 410 || status === 422 || status >= 500;
}

/** The request without what was said about the picture that was asked for, and not about its fallback. */
function unconditional(request: Request): Request {
  const headers = new Headers(request.headers);
  for (const name of ['If-None-Match', 'If-Match', 'If-Modified-Since', 'If-Range', 'Range'])
    headers.delete(name);
  return new Request(request.url, { method: request.method, headers });
}
