import { inShare } from '../../telemetry/trace-context.ts';
import type { Env } from '../env.ts';
import type { Facts } from './facts.ts';

const LONGEST = 256;
/** Query parameters that open something. */
const SECRET = new Set(['signature']);

/**
 * Writes one line of JSON about a request to the log: docs/operations.md has the fields. `ACCESS_LOG` is the share of requests,
 * 0…1, that is written; failures (5xx) always are, unless it is empty.
 */
export function logAccess(
  env: Env,
  request: Request,
  facts: Facts,
  traceId: string,
  milliseconds: number,
): void {
  const wanted = env.ACCESS_LOG ?? '';
  if (wanted === '' || !(facts.status >= 500 || inShare(traceId, Number(wanted)))) return;
  const { headers } = request;
  const url = new URL(request.url);
  for (const name of [...url.searchParams.keys()]) if (SECRET.has(name)) url.searchParams.set(name, '…');
  console.log(
    JSON.stringify({
      log: 'access',
      time: new Date().toISOString(),
      ...facts,
      host: bounded(url.host),
      path: bounded(url.pathname + url.search),
      milliseconds,
      trace: traceId,
      ray: bounded(headers.get('CF-Ray')),
      country: bounded(place(request.cf?.country)),
      colo: bounded(place(request.cf?.colo)),
      agent: bounded(headers.get('User-Agent')),
      referer: bounded(headers.get('Referer')),
    }),
  );
}

/** What a client can make up is cut off; JSON escapes the rest. */
function bounded(text: string | null): string {
  return (text ?? '').slice(0, LONGEST);
}

/** What Cloudflare knows is a text, and elsewhere nothing. */
function place(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
