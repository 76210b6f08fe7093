/** What is logged and counted of an answer, read off the answer itself: nobody has to say it twice. */
export interface Facts {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  /** Of the body as it was answered; a client that goes away takes fewer. */
  readonly bytes: number;
  /** `sdr`, `layered-3`, `gainmap`, `hdr`, with `-pending` where layers are still to come; `none` without a picture. */
  readonly representation: string;
  readonly cache: 'hit' | 'miss' | 'none';
  /** Why the representation was chosen, as `Server-Timing` says. */
  readonly reason: string;
  /** The code of a problem document. */
  readonly problem: string;
}

const ROUTES = ['images', 'fetch', 'jobs', 'healthz', 'metrics', 'models'];
const METHODS = ['GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS'];
/** Of the path; every hit comes by here, and parsing the whole URL once more would be felt. */
const FIRST_SEGMENT = /^[^:]+:\/\/[^/]+\/([^/?#]*)/;
const LONGEST_PROBLEM = 4096;

export async function factsOf(request: Request, response: Response): Promise<Facts> {
  const { headers, status } = response;
  const [, first = ''] = FIRST_SEGMENT.exec(request.url) ?? [];
  return {
    method: METHODS.includes(request.method) ? request.method : 'other',
    route: ROUTES.includes(first) ? first : 'page',
    status,
    bytes: request.method === 'HEAD' ? 0 : lengthOf(headers),
    representation: representationOf(headers.get('Afterglow')),
    cache: cacheOf(headers.get('Cache-Status')),
    reason: /^negotiate;desc="([^"]*)"/.exec(headers.get('Server-Timing') ?? '')?.[1] ?? '',
    problem: await problemOf(response),
  };
}

function lengthOf(headers: Headers): number {
  const length = Number(headers.get('Content-Length') ?? 0);
  return Number.isSafeInteger(length) && length > 0 ? length : 0;
}

function representationOf(field: string | null): string {
  if (field === null) return 'none';
  const [kind = 'none', ...parameters] = field.split(';');
  const layers = parameters.find((parameter) => parameter.startsWith('layers='))?.slice('layers='.length);
  return [kind, layers, parameters.includes('pending') ? 'pending' : undefined]
    .filter((part) => part !== undefined)
    .join('-');
}

function cacheOf(field: string | null): Facts['cache'] {
  if (field === null) return 'none';
  return /;\s*hit\b/.test(field) ? 'hit' : 'miss';
}

async function problemOf(response: Response): Promise<string> {
  const { headers } = response;
  if (headers.get('Content-Type') !== 'application/problem+json' || response.body === null) return '';
  const text = (await response.clone().text()).slice(0, LONGEST_PROBLEM);
  return /"code":"([a-z0-9_]{1,64})"/.exec(text)?.[1] ?? '';
}
