import { parseAccept } from 'hono/utils/accept';
import type { Routed } from './env.ts';

/** Named by the SHA-256 of what it holds. */
export const MODEL_FILE = /^\/models\/[\w.-]+\/[0-9a-f]{64}$/;

/** What the build also writes as `NAME.br` (scripts/site.js), and the type that its bytes have once they are decoded. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/\.m?js$/, 'text/javascript; charset=utf-8'],
  [/\.css$/, 'text/css; charset=utf-8'],
  [/\.wasm$/, 'application/wasm'],
  [MODEL_FILE, 'application/octet-stream'],
];

/**
 * A static file as Brotli, for clients that take it (RFC 9110 §12.5.3), where the build made one: the runtime is a fifth of its size then. Null where
 * there is none. Either answer depends on `Accept-Encoding`; `compressible` tells whose.
 */
export async function precompressed(c: Routed, assets: Fetcher): Promise<Response | null> {
  const url = new URL(c.req.url);
  const type = typeOf(url.pathname);
  if (type === undefined || !takesBrotli(c)) return null;
  url.pathname += '.br';
  const found = await assets.fetch(new Request(url, c.req.raw));
  if (found.status === 304) return found;
  if (found.status !== 200) {
    await found.body?.cancel();
    return null;
  }
  const response = new Response(found.body, { headers: found.headers, encodeBody: 'manual' });
  response.headers.set('Content-Encoding', 'br');
  response.headers.set('Content-Type', type);
  return response;
}

export function compressible(path: string): boolean {
  return typeOf(path) !== undefined;
}

function typeOf(path: string): string | undefined {
  return TYPES.find(([pattern]) => pattern.test(path))?.[1];
}

/** Cloudflare says in `cf` what the client sent; the header that a Worker sees is its own. */
function takesBrotli({ req }: Routed): boolean {
  const { clientAcceptEncoding } = (req.raw.cf ?? {}) as { clientAcceptEncoding?: string };
  const field = clientAcceptEncoding ?? req.header('Accept-Encoding') ?? '';
  return parseAccept(field).some(({ type, q }) => type.toLowerCase() === 'br' && q > 0);
}
