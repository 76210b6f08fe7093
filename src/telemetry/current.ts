import { AsyncLocalStorage } from 'node:async_hooks';
import type { Attributes, SpanKind } from './otlp.ts';
import { Tracer } from './tracer.ts';
import { inShare, parseTraceparent, randomId, traceparent } from './trace-context.ts';
import type { TraceContext } from './trace-context.ts';

interface Current {
  readonly tracer: Tracer;
  readonly context: TraceContext;
}

/** What the work at hand belongs to, wherever it is asked for: nothing has to be handed through. */
const current = new AsyncLocalStorage<Current>();

export type Work<T> = (attributes: Record<string, Attributes[string]>) => Promise<T>;

export interface Invocation {
  readonly name: string;
  readonly kind: SpanKind;
  /** The `traceparent` that came with it, where it is to be believed; without one a trace begins here. */
  readonly parent?: string | null | undefined;
  /** Share of the traces that begin here, 0…1, which are kept. */
  readonly share: number;
}

/** Does work as the first span of this process, and answers it with the tracer, which has its spans when it is over. */
export function begin<T>(
  { name, kind, parent, share }: Invocation,
  work: Work<T>,
): { tracer: Tracer; done: Promise<T> } {
  const tracer = new Tracer();
  const before = parseTraceparent(parent);
  const traceId = before?.traceId ?? randomId(32);
  const sampled = before?.sampled ?? inShare(traceId, share);
  const root = { traceId, spanId: before?.spanId, sampled };
  const done = tracer.span(root, name, kind, (context, attributes) =>
    current.run({ tracer, context }, () => work(attributes)),
  );
  return { tracer, done };
}

/** Does work as a span of its own within the present one; outside of any, just does it. */
export function span<T>(name: string, kind: SpanKind, work: Work<T>): Promise<T> {
  const now = current.getStore();
  if (now === undefined) return work({});
  return now.tracer.span(now.context, name, kind, (context, attributes) =>
    current.run({ ...now, context }, () => work(attributes)),
  );
}

/** The `traceparent` of what this work sends out; `undefined` outside of any. */
export function currentTraceparent(): string | undefined {
  const now = current.getStore();
  return now === undefined ? undefined : traceparent(now.context);
}

export function currentTraceId(): string | undefined {
  return current.getStore()?.context.traceId;
}
