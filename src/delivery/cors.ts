import { ConfigurationError, listOf, parseUrl } from './configuration.ts';

/** Whose pages may read answers: everybody's, or those of these origins. */
export type AllowedOrigins = '*' | readonly string[];

const EXPOSED =
  'Accept-Ranges, Afterglow, Afterglow-Fallback, Cache-Status, Content-Length, Content-Range, ETag, Location, Retry-After, Server-Timing';

/**
 * Reads `ALLOWED_ORIGINS`: `*` (as when absent), or origins with commas or white space between them, whose host may begin with
 * `*.` for every host below a domain.
 *
 * @throws ConfigurationError
 */
export function parseAllowedOrigins(text: string | undefined): AllowedOrigins {
  const entries = listOf(text);
  if (entries.length === 0 || entries.includes('*')) return '*';
  return entries.map((entry) => {
    const [, scheme = '', star = '', rest = ''] = /^(https?:\/\/)(\*\.)?([^*/]+)$/i.exec(entry) ?? [];
    const url = parseUrl(scheme + rest);
    if (url?.origin !== (scheme + rest).toLowerCase()) {
      throw new ConfigurationError('ALLOWED_ORIGINS', `has an entry that is no origin: ${entry}`);
    }
    return `${scheme.toLowerCase()}${star}${url.host}`;
  });
}

/**
 * The CORS headers of an answer (Fetch §3.2). Where origins are listed, every answer varies by `Origin`, also one to a request
 * without it: a cache would else hand an answer without the headers to a page.
 */
export function corsHeaders(allowed: AllowedOrigins, origin: string | null): Record<string, string> {
  if (allowed === '*') {
    return { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': EXPOSED };
  }
  if (origin === null || !allowed.some((entry) => matches(entry, origin))) return {};
  return { 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED };
}

/**
 * Whose pages may see how long an answer took (Resource Timing §4.5.1): those that may read it. Listed origins are named all at
 * once, since an `<img>` without `crossorigin` sends no `Origin`; one that a star allows is named to itself.
 */
export function timingOrigins(allowed: AllowedOrigins, origin: string | null): string {
  if (allowed === '*') return '*';
  const exact = allowed.filter((entry) => !entry.includes('*'));
  const starred =
    origin !== null && !exact.includes(origin) && allowed.some((entry) => matches(entry, origin));
  return (starred ? [...exact, origin] : exact).join(', ');
}

/** The request headers that the CORS headers depend on. */
export function corsVary(allowed: AllowedOrigins): readonly string[] {
  return allowed === '*' ? [] : ['Origin'];
}

/** The answer to a preflight (Fetch §3.2.2), besides `corsHeaders`. */
export const PREFLIGHT_HEADERS: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Methods': 'GET, HEAD, PUT, POST, DELETE',
  'Access-Control-Allow-Headers':
    'Authorization, Content-Type, If-Match, If-None-Match, If-Range, Range, traceparent, tracestate',
  'Access-Control-Max-Age': '86400',
};

function matches(entry: string, origin: string): boolean {
  const [scheme = '', suffix] = entry.split('*');
  if (suffix === undefined) return entry === origin;
  // What stands for the star is part of a host name: no port, no user, no path.
  const middle = origin.slice(scheme.length, origin.length - suffix.length);
  return origin.startsWith(scheme) && origin.endsWith(suffix) && /^[a-z0-9.-]+$/.test(middle);
}
