import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { layoutIndex, readLayout, stripToBase, writeLayered } from '../../src/container/index.ts';
import { fileFormat } from '../../src/delivery/file-format.ts';
import { verifyRequest } from '../../src/delivery/origin-signature.ts';
import { ProblemError, toProblem } from '../../src/delivery/problem.ts';
import { TENANT_HEADER } from '../../src/delivery/tenant.ts';
import { FormatError, read, sniff } from '../../src/formats/index.ts';
import { fileLayout } from '../../src/origin/render-file.ts';

export const ORIGIN_SECRET = 'a secret of edge and origin';

/** What the origin does with a request instead of what it should. */
export type Fault = (response: ServerResponse, answer: Uint8Array) => void | Promise<void>;

export interface FakeOrigin {
  readonly url: string;
  /** Targets of the requests that were answered, faults included. */
  readonly requests: string[];
  /** The tenants that they were about. */
  readonly tenants: string[];
  /** Faults for the next requests to `/encode`, in their order. */
  readonly faults: Fault[];
  /** Changes every base that is rendered from now on, as a newer origin would. */
  baseQuality: number;
  /** Goes behind the layers of every file that is rendered from now on. */
  gainMap: Uint8Array | undefined;
  /** As if the process was killed: connections break, and the port refuses. */
  kill(): Promise<void>;
  /** Starts again, on the same port. */
  restart(): Promise<void>;
}

/**
 * An origin that checks signatures and reads uploads as the real one does, and renders layered files whose layers are noise:
 * the edge looks at no pixel. It exists to fail on command.
 */
export async function startFakeOrigin(): Promise<FakeOrigin> {
  const requests: string[] = [];
  const tenants: string[] = [];
  const faults: Fault[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = request.url ?? '';
    if (target === '/healthz') {
      response.end('{}');
      return;
    }
    const body = await signedBody(request);
    requests.push(target);
    tenants.push(decodeURIComponent(String(request.headers[TENANT_HEADER.toLowerCase()])));
    if (target === '/probe') {
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(await probe(body)));
      return;
    }
    const query = new URL(target, 'http://origin').searchParams;
    const fault = faults.shift();
    const format = fileFormat(query.get('format') ?? undefined);
    if (format !== undefined) {
      const file = Buffer.from(`a picture in ${format}`);
      response.setHeader('Content-Length', file.length);
      response.setHeader('Afterglow-Layout', fileLayout(file, { width: 64, height: 32 }));
      await (fault === undefined ? response.end(file) : fault(response, file));
      return;
    }
    const layers = Number(query.get('layers') ?? 3);
    const quality = Number(query.get('q') ?? origin.baseQuality);
    const layered = await render(Number(query.get('w') ?? 64), quality, layers, origin.gainMap);
    const file = (await read(body)).hdr ? layered : stripToBase(layered);
    response.setHeader('Content-Type', 'image/jpeg');
    response.setHeader('Content-Length', file.length);
    response.setHeader('Afterglow-Layout', layoutIndex(readLayout(file)));
    await (fault === undefined ? response.end(file) : fault(response, file));
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const { status, headers, body } = toProblem(error);
      response.writeHead(status, headers).end(body);
    });
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;

  const origin: FakeOrigin = {
    url: `http://127.0.0.1:${port}`,
    requests,
    tenants,
    faults,
    baseQuality: 80,
    gainMap: undefined,
    kill: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
    restart: () => listen(port),
  };
  return origin;
}

async function signedBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const headers = new Headers(request.headers as Record<string, string>);
  const { method = '', url: target = '' } = request;
  const verified = await verifyRequest({ method, target, headers }, [ORIGIN_SECRET], Date.now() / 1000);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = new Uint8Array(Buffer.concat(chunks));
  const digest = createHash('sha256').update(body).digest('hex');
  if (!verified.ok || verified.bodyDigest !== digest) throw refused(401, 'forged');
  return body;
}

async function probe(body: Uint8Array) {
  try {
    const { width, height, hdr } = await read(body);
    return { kind: sniff(body), width, height, hdr, headroom: hdr ? 3 : 0 };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw refused(422, error.code);
  }
}

async function render(
  width: number,
  quality: number,
  layers: number,
  gainMap?: Uint8Array,
): Promise<Uint8Array> {
  const height = Math.ceil(width / 2);
  const base = await sharp({ create: { width, height, channels: 3, background: '#48a' } })
    .jpeg({ quality })
    .toBuffer();
  const curve = Uint16Array.of(0, 40_000);
  return writeLayered({
    base,
    header: {
      modelId: 'han2020',
      modelDigest: new Uint8Array(32),
      width,
      height,
      primaries: 1,
      nitsPerUnit: 203,
      headroom: 3,
      inverseToneCurve: [curve, curve, curve],
      tile: { core: 512, encoder: 32, decoder: 48, post: 64 },
    },
    layers: Array.from({ length: layers }, (_, k) => ({
      data: new Uint8Array(1000 + k).fill(k + 1),
      range: 1,
    })),
    gainMap,
  });
}

function refused(status: number, code: string): ProblemError {
  return new ProblemError({ status, code, title: code, detail: `Refused: ${code}.` });
}
