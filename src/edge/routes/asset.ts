import { ProblemError } from '../../delivery/problem.ts';
import type { Routed } from '../env.ts';
import { compressible, MODEL_FILE, precompressed } from '../precompressed.ts';

/**
 * Everything else: the page, its scripts and the models. They are isolated (HTML §7.1.3, §7.1.4), without which a browser
 * gives WebAssembly no threads to decode with.
 */
export async function getAsset(c: Routed): Promise<Response> {
  const { ASSETS } = c.env;
  const found = ASSETS && ((await precompressed(c, ASSETS)) ?? (await ASSETS.fetch(c.req.raw)));
  if (found === undefined || found.status === 404) {
    await found?.body?.cancel();
    throw new ProblemError({
      status: 404,
      code: 'not_found',
      title: 'Not found',
      detail: 'There is nothing at this address.',
    });
  }
  const response = new Response(found.body, {
    status: found.status,
    headers: found.headers,
    encodeBody: found.headers.has('Content-Encoding') ? 'manual' : 'automatic',
  });
  if (compressible(c.req.path)) response.headers.append('Vary', 'Accept-Encoding');
  if (MODEL_FILE.test(c.req.path)) {
    response.headers.set('Cache-Control', 'public, max-age=31536000, immutable');
    response.headers.set('Content-Type', 'application/octet-stream');
  }
  response.headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  response.headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  return response;
}
