import { existsSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { Miniflare } from 'miniflare';
import { PARAMETERS } from '../../src/delivery/parameters.ts';
import { edgeOptions } from '../../src/local/miniflare-options.ts';
import { write } from '../../src/formats/index.ts';
import { ORIGIN_SECRET, startFakeOrigin } from '../runtime/fake-origin.ts';

const WORKER = 'dist/edge/worker.js';
const TOKEN = 'a token of the uploader';
const AT_ONCE = 16;
/** A request that takes longer hangs, for those who wait; the edge itself gives up after ten seconds. */
const MOST_MILLISECONDS = 20_000;

/** The configuration: everything that is read from a request is on. */
const VARIABLES = {
  PRESETS: '{"card": "w=32&h=32&fit=cover", "small": "w=16"}',
  WIDTH_LADDER: '8, 16, 32',
  URL_KEYS: 'k1:0123456789abcdef0123456789abcdef',
  SIGNED_URLS: 'off',
};

interface Mutant {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string | string[]>;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * Sends mutated URLs and headers to the real worker in workerd, over HTTP: each must be answered, by a picture, an empty answer
 * or a problem document, and never with 5xx but a 503 that says when to come back. The same seed gives the same requests.
 */
export async function fuzzEdge(
  iterations: number,
  seed: number,
): Promise<{ executions: number; failures: string[] }> {
  if (!existsSync(WORKER)) throw new Error(`${WORKER} is not built: run \`npm run build\``);
  const origin = await startFakeOrigin();
  const miniflare = new Miniflare(
    edgeOptions({
      scriptPath: WORKER,
      originUrl: origin.url,
      originSecret: ORIGIN_SECRET,
      uploadToken: TOKEN,
      variables: VARIABLES,
    }),
  );
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    const address = await miniflare.ready;
    await upload(address);
    const random = generator(seed);
    const failures: string[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let i = next++; i < iterations; i = next++) {
        const mutant = mutate(random);
        const fault = await send(address, agent, mutant).then(
          (answer) => faultOf(mutant, answer),
          (error: unknown) => String(error),
        );
        if (fault !== undefined) {
          failures.push(`${fault}: ${JSON.stringify(mutant)}, seed ${seed}, execution ${i}`);
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return { executions: iterations, failures };
  } finally {
    agent.destroy();
    await miniflare.dispose();
    await origin.kill();
  }
}

async function upload(address: URL): Promise<void> {
  const data = Float32Array.from({ length: 64 * 32 * 3 }, (_, i) => (i % 101) / 20);
  const file = await write({ width: 64, height: 32, data, primaries: 'bt709', nitsPerUnit: null }, 'pfm');
  const response = await fetch(new URL('/images/a.exr', address), {
    method: 'PUT',
    body: new Uint8Array(file),
    headers: { Authorization: `Bearer ${TOKEN}` },
  });
  if (response.status !== 202) throw new Error(`the upload was answered ${response.status}`);
}

function send(address: URL, agent: Agent, { method, path, headers }: Mutant): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = address;
    const signal = AbortSignal.timeout(MOST_MILLISECONDS);
    const sent = request({ hostname, port, agent, method, path, headers, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers: received } = response;
        resolve({ status, headers: received, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** What is wrong with an answer; `undefined`: nothing. */
function faultOf({ method }: Mutant, { status, headers, body }: Answer): string | undefined {
  if (status >= 500 && status !== 503) return `answered ${status}`;
  if (status === 503 && headers['retry-after'] === undefined) return '503 without Retry-After';
  const silent = method === 'HEAD' || status === 204 || status === 304;
  if (silent) return body.length === 0 ? undefined : `a body with ${status}`;
  if (status >= 400) {
    // What is no HTTP never reaches the worker.
    if (headers['content-type'] === undefined && status === 400) return undefined;
    if (headers['content-type'] !== 'application/problem+json') return `${status} without a problem`;
    const problem = JSON.parse(body.toString()) as { status?: unknown; code?: unknown };
    return problem.status === status && typeof problem.code === 'string' ? undefined : 'a wrong problem';
  }
  if (headers['content-type'] !== 'image/jpeg') return undefined;
  if (Number(headers['content-length']) !== body.length) return 'a wrong Content-Length';
  if (typeof headers.afterglow !== 'string') return 'a picture without Afterglow';
  return status === 206 || body.readUInt16BE(0) === 0xffd8 ? undefined : 'a picture that is none';
}

const METHODS = [
  ...Array.from({ length: 12 }, () => 'GET'),
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
];
/** Members of a query that make sense, so that there is something to mutate. */
const MEMBERS = [
  ...[
    'hdr=1',
    'hdr=0',
    'hdr=gainmap',
    'layers=2',
    'w=16',
    'w=5&h=9',
    'h=8',
    'dpr=2',
    'fit=cover',
    'fit=pad&bg=fff',
  ],
  ...[
    'gravity=north',
    'crop=0,0,32,32',
    'rotate=90',
    'q=80',
    'ev=1',
    'preset=card',
    'preset=small',
    'download=a',
  ],
];
const PATHS = [
  ...Array.from({ length: 12 }, () => '/images/a.exr'),
  '/images/a.exr/info',
  '/images/b/c%20d.hdr',
  '/images/',
  '/fetch/https://example.com/a.exr',
  '/fetch/http%3A%2F%2F127.0.0.1/',
  '/jobs/0.1',
  '/healthz',
  '/',
];
// prettier-ignore
const VALUES = [
  '0', '1', '2', '8', '16', '64', '80', '16384', '-1', '1.5', '0.5', 'gainmap', 'cover', 'pad', 'crop', 'center',
  '0.5,0.5', '0,0,10,10', '1,1,1,1', '60,0,9,9', '64,0,1,1', '90', '180', 'hv', 'fff', 'jpeg', 'avif', 'card', 'small',
  'reinhard', 'a.jpg', '', '%00', '%', '%zz', '%E2%82%AC', '99999999999999999999', '__proto__', 'constructor',
];
const NAMES = [
  ...Object.entries(PARAMETERS).flatMap(([name, { aliases }]) => [name, ...aliases]),
  'expires',
  'keyid',
  'signature',
  'utm_source',
  '__proto__',
];
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  Accept: ['image/vnd.afterglow', 'image/vnd.afterglow,image/jpeg;q=0.8', '*/*;q=0.1', 'image/*, "', ';q=2'],
  'Save-Data': ['on', 'off', 'on;x'],
  ECT: ['slow-2g', '2g', '3g', '4g', '__proto__'],
  Downlink: ['0', '0.05', '1.5', '10', '-1', '1e9'],
  RTT: ['0', '50', '3000', '-'],
  'Sec-CH-Width': ['1', '20', '640', '99999', '0', '1;a=b'],
  'Sec-CH-DPR': ['1', '2.5', '0', '999999999999'],
  'Sec-CH-Viewport-Width': ['1', '320', '999999999999', '""'],
  Range: [
    'bytes=0-0',
    'bytes=-5',
    'bytes=5-',
    'bytes=0-1,3-4',
    'bytes=9-1',
    'bytes=99999999999999999999-',
    'x=1',
  ],
  'If-Range': ['"a"', 'W/"a"', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  'If-None-Match': ['*', '"a"', 'W/"a", "b"', '"', ','],
  'If-Match': ['*', '"a"', '"a'],
  'Cache-Control': ['no-cache', 'no-store', 'max-age=0', 'only-if-cached', '='],
  Authorization: ['Bearer x', 'Basic x', 'Bearer'],
  Origin: ['https://example.com', 'null', 'x'],
  traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '00-0-0-0'],
  'CDN-Loop': ['afterglow', 'a;b="c,d"'],
  'Content-Type': ['image/x-exr', '/'],
};

function mutate(random: (below: number) => number): Mutant {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)]!;
  const members = Array.from({ length: random(4) }, () =>
    random(4) === 0
      ? `${garbled(pick(NAMES), random)}=${garbled(pick(VALUES), random)}`
      : garbled(pick(MEMBERS), random),
  );
  const query = members.length === 0 ? '' : `?${members.join('&')}`;
  const headers: Record<string, string | string[]> = {};
  for (let n = random(5); n > 0; n--) {
    const name = pick(Object.keys(HEADERS));
    const lines = Array.from({ length: 1 + (random(6) === 0 ? 1 : 0) }, () =>
      garbled(pick(HEADERS[name]!), random).replace(/[^\t\x20-\x7e\x80-\xff]/g, '?'),
    );
    headers[name] = lines.length === 1 ? lines[0]! : lines;
  }
  const path = (garbled(pick(PATHS), random) + query).replace(/[^\x21-\x7e]/gu, encodeURIComponent);
  return { method: pick(METHODS), path: path.startsWith('/') ? path : `/${path}`, headers };
}

/** A text, most often as it is; else with a few characters changed, doubled or taken away. */
function garbled(text: string, random: (below: number) => number): string {
  if (random(12) !== 0) return text;
  const characters = Array.from(text);
  for (let n = 1 + random(3); n > 0; n--) {
    const at = random(characters.length + 1);
    const junk = [
      '/',
      '..',
      '%',
      '%2F',
      '%00',
      '\\',
      ',',
      ';',
      '=',
      '&',
      '"',
      ' ',
      '\t',
      'é',
      '€',
      '\u{1f305}',
      '-',
      '9'.repeat(40),
    ];
    characters.splice(at, random(3), random(3) === 0 ? text : junk[random(junk.length)]!);
  }
  return characters.join('');
}

/** Mulberry32 (Tommy Ettinger, public domain): integers below a bound. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
