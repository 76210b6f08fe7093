import { expect, test } from 'vitest';
import { begin, currentTraceparent, span } from '../../../src/telemetry/current.ts';
import { otlpDocument, tracesUrl } from '../../../src/telemetry/otlp.ts';

const parent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('spans nest as the work does, through whatever is awaited', async () => {
  const { tracer, done } = begin({ name: 'GET', kind: 'server', parent, share: 0 }, async () => {
    await Promise.all(
      ['a', 'b'].map((name) =>
        span(name, 'client', async (attributes) => {
          await new Promise((resolve) => setTimeout(resolve, 1));
          attributes.sent = currentTraceparent();
        }),
      ),
    );
  });
  await done;
  const [a, b, root] = tracer.spans;
  expect(root).toMatchObject({ name: 'GET', parentId: 'b7ad6b7169203331', failed: false });
  for (const child of [a!, b!]) {
    expect(child.parentId).toBe(root!.context.spanId);
    expect(child.attributes.sent).toBe(`00-${root!.context.traceId}-${child.context.spanId}-01`);
    expect(child.end).toBeGreaterThanOrEqual(child.start);
  }
});

test('work that fails is a span that failed, and fails as before', async () => {
  const fault = new Error('no');
  const { tracer, done } = begin({ name: 'GET', kind: 'server', parent, share: 0 }, () =>
    Promise.reject(fault),
  );
  await expect(done).rejects.toBe(fault);
  expect(tracer.spans).toMatchObject([{ failed: true }]);
});

test('a trace that nobody keeps has no spans, and says so to whom it asks', async () => {
  const { tracer, done } = begin({ name: 'GET', kind: 'server', share: 0 }, () =>
    Promise.resolve(currentTraceparent()),
  );
  expect(await done).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  expect(tracer.spans).toEqual([]);
});

test('outside of a trace there is nothing to say', async () => {
  expect(currentTraceparent()).toBeUndefined();
  expect(await span('alone', 'internal', () => Promise.resolve(1))).toBe(1);
});

test('a trace of endless work keeps a bounded number of spans', async () => {
  const { tracer, done } = begin({ name: 'GET', kind: 'server', parent, share: 0 }, async () => {
    for (let i = 0; i < 1000; i++) await span('again', 'internal', () => Promise.resolve());
  });
  await done;
  expect(tracer.spans).toHaveLength(64);
});

test('spans are said as OTLP says them', async () => {
  const { tracer, done } = begin({ name: 'GET', kind: 'server', parent, share: 0 }, (attributes) => {
    Object.assign(attributes, {
      'http.route': 'images',
      bytes: 12,
      share: 0.5,
      cached: true,
      absent: undefined,
    });
    return Promise.resolve();
  });
  await done;
  const document = JSON.parse(otlpDocument('edge', '1', tracer.spans)) as {
    resourceSpans: { resource: unknown; scopeSpans: { spans: Record<string, unknown>[] }[] }[];
  };
  const [{ resource, scopeSpans } = { resource: null, scopeSpans: [] }] = document.resourceSpans;
  expect(resource).toMatchObject({
    attributes: [{ key: 'service.name', value: { stringValue: 'edge' } }, {}],
  });
  expect(scopeSpans[0]!.spans[0]).toMatchObject({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: 'b7ad6b7169203331',
    kind: 2,
    startTimeUnixNano: expect.stringMatching(/^\d{19}$/) as string,
    attributes: [
      { key: 'http.route', value: { stringValue: 'images' } },
      { key: 'bytes', value: { intValue: '12' } },
      { key: 'share', value: { doubleValue: 0.5 } },
      { key: 'cached', value: { boolValue: true } },
    ],
  });
});

test.each([
  ['http://collector:4318', 'http://collector:4318/v1/traces'],
  ['https://otel.example.com/base/', 'https://otel.example.com/base/v1/traces'],
])('%s takes traces at %s', (endpoint, address) => {
  expect(tracesUrl(endpoint).href).toBe(address);
});
