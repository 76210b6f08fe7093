import { ConfigurationError } from '../../delivery/configuration.ts';
import { corsHeaders, corsVary, timingOrigins } from '../../delivery/cors.ts';
import type { AllowedOrigins } from '../../delivery/cors.ts';
import { DOCUMENT_POLICY } from '../../delivery/security-headers.ts';
import type { ResourcePolicy } from '../../delivery/security-headers.ts';
import type { Env } from '../env.ts';
import { allowedOrigins, resourcePolicy } from './settings.ts';

/** An answer with the headers that every answer of the edge has, whatever it says: who may read, embed, time and run it. */
export function withSharedHeaders(request: Request, env: Env, answer: Response): Response {
  const response = new Response(answer.body, answer);
  const { headers } = response;
  const origin = request.headers.get('Origin');
  const { origins, policy } = sharing(env);
  for (const [name, value] of Object.entries(corsHeaders(origins, origin))) headers.set(name, value);
  for (const name of corsVary(origins)) headers.append('Vary', name);
  const timing = timingOrigins(origins, origin);
  if (timing !== '') headers.set('Timing-Allow-Origin', timing);
  headers.set('Cross-Origin-Resource-Policy', policy);
  headers.set('X-Content-Type-Options', 'nosniff');
  // Only the page and what it loads is isolated; all else is a document that has nothing to run.
  if (!headers.has('Cross-Origin-Embedder-Policy')) headers.set('Content-Security-Policy', DOCUMENT_POLICY);
  return response;
}

/** As configured; while that makes no sense, nothing is shared with anybody. */
function sharing(env: Env): { origins: AllowedOrigins; policy: ResourcePolicy } {
  try {
    return { origins: allowedOrigins(env), policy: resourcePolicy(env) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(error.message);
    return { origins: [], policy: 'same-origin' };
  }
}
