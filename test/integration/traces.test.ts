import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { edgeOptions } from '../../src/local/miniflare-options.ts';
import { exr } from '../runtime/edge-harness.ts';
import { ORIGIN_SECRET, OriginProcess } from './origin-process.ts';

interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

/** A collector of OpenTelemetry, as far as it takes traces. */
const spans: Span[] = [];
const authorizations = new Set<string | undefined>();
let collector: Server;
let origin: OriginProcess;
let edge: Miniflare;
let address: URL;
const TOKEN = 'a token of the uploader';
const CLIENT = '4bf92f3577b34da6a3ce929d0e0e4736';

beforeAll(async () => {
  collector = createServer((request, response) => {
    void (async () => {
      const document = (await json(request)) as {
        resourceSpans: {
          resource: { attributes: { value: { stringValue: string } }[] };
          scopeSpans: { spans: Omit<Span, 'service'>[] }[];
        }[];
      };
      authorizations.add(request.headers.authorization);
      for (const { resource, scopeSpans } of document.resourceSpans) {
        const service = resource.attributes[0]!.value.stringValue;
        for (const scope of scopeSpans) spans.push(...scope.spans.map((span) => ({ ...span, service })));
      }
      response.end('{}');
    })();
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Bearer%20collector',
  };
  origin = await OriginProcess.start(telemetry);
  edge = new Miniflare(
    edgeOptions({
      scriptPath: 'dist/edge/worker.js',
      originUrl: origin.url,
      originSecret: ORIGIN_SECRET,
      uploadToken: TOKEN,
      variables: { ...telemetry, TRUST_TRACEPARENT: 'true' },
    }),
  );
  address = await edge.ready;
}, 60_000);
afterAll(async () => {
  await edge.dispose();
  await origin.stop();
  collector.close();
});

test('one trace has the upload, its check at the origin, the job in the queue and its renderings', async () => {
  const upload = await fetch(new URL('/images/traced.exr', address), {
    method: 'PUT',
    headers: { Authorization: `Bearer ${TOKEN}`, traceparent: `00-${CLIENT}-00f067aa0ba902b7-01` },
    body: await exr(),
  });
  expect(upload.status).toBe(202);
  await expect
    .poll(
      () => spans.filter(({ service, name }) => service === 'afterglow-origin' && name === 'encode').length,
      {
        timeout: 30_000,
      },
    )
    .toBe(2);
  await expect.poll(() => spans.some(({ name }) => name === 'job'), { timeout: 10_000 }).toBe(true);

  const mine = spans.filter(({ traceId }) => traceId === CLIENT);
  const parentOf = (span: Span): Span | undefined => mine.find(({ spanId }) => spanId === span.parentSpanId);
  const lineOf = (span: Span | undefined): string[] =>
    span === undefined
      ? []
      : [`${span.service.replace('afterglow-', '')} ${span.name}`, ...lineOf(parentOf(span))];

  const put = mine.find(({ name }) => name === 'PUT')!;
  expect(put.parentSpanId).toBe('00f067aa0ba902b7');
  const probe = mine.find(({ service, name }) => service === 'afterglow-origin' && name === 'probe');
  expect(lineOf(probe)).toEqual(['origin probe', 'origin POST', 'edge origin probe', 'edge PUT']);
  const encode = mine.find(({ service, name }) => service === 'afterglow-origin' && name === 'encode');
  expect(lineOf(encode)).toEqual([
    'origin encode',
    'origin POST',
    'edge origin encode',
    'edge render',
    'edge job',
    'edge PUT',
  ]);
  expect([...authorizations]).toEqual(['Bearer collector']);
}, 60_000);

test('the log of the origin names the trace', () => {
  expect(
    origin.log.filter((line) => line.includes(CLIENT) && line.includes('"route":"/encode"')),
  ).not.toEqual([]);
});

test('a collector that is gone costs nothing but spans', async () => {
  collector.closeAllConnections();
  await new Promise((resolve) => collector.close(resolve));
  const picture = await fetch(new URL('/images/traced.exr', address));
  expect(picture.status).toBe(200);
  await picture.arrayBuffer();
});
