import type { TraceContext } from './trace-context.ts';

/*
 * Spans as OpenTelemetry's collectors take them over HTTP in JSON (OTLP 1.x, `/v1/traces`). By hand: the edge cannot carry
 * OpenTelemetry's SDK for Node, and the origin then says its spans in the same words.
 */

export type SpanKind = 'server' | 'client' | 'consumer' | 'internal';
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A span that has ended; times are milliseconds since 1970. */
export interface Span {
  readonly context: TraceContext;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: SpanKind;
  readonly start: number;
  readonly end: number;
  readonly attributes: Attributes;
  readonly failed: boolean;
}

const KINDS = { internal: 1, server: 2, client: 3, consumer: 5 } as const;
const STATUS_ERROR = 2;

/** The body of an export request. */
export function otlpDocument(service: string, version: string, spans: readonly Span[]): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesOf({ 'service.name': service, 'service.version': version }) },
        scopeSpans: [{ scope: { name: 'afterglow' }, spans: spans.map(spanOf) }],
      },
    ],
  });
}

/** Where a base address takes traces. Throws TypeError for what is no address. */
export function tracesUrl(endpoint: string): URL {
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v1/traces`;
  return url;
}

function spanOf({ context, parentId, name, kind, start, end, attributes, failed }: Span) {
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    ...(parentId === undefined ? {} : { parentSpanId: parentId }),
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(end),
    attributes: attributesOf(attributes),
    status: failed ? { code: STATUS_ERROR } : {},
  };
}

/** 64-bit integers are strings in protobuf's JSON. */
function nanoseconds(milliseconds: number): string {
  return String(BigInt(Math.round(milliseconds * 1000)) * 1000n);
}

function attributesOf(attributes: Attributes): { key: string; value: object }[] {
  return Object.entries(attributes).flatMap<{ key: string; value: object }>(([key, value]) => {
    if (value === undefined) return [];
    if (typeof value === 'boolean') return [{ key, value: { boolValue: value } }];
    if (typeof value === 'string') return [{ key, value: { stringValue: value } }];
    return [{ key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } }];
  });
}
