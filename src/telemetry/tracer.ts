import type { Attributes, Span, SpanKind } from './otlp.ts';
import { randomId, type TraceContext } from './trace-context.ts';

/** A trace keeps no more spans than this of one request: what loops must not fill the memory. */
const MOST_SPANS = 64;

/** The spans of one piece of work, as one process sees it. */
export class Tracer {
  readonly #spans: Span[] = [];

  /** What has ended so far, where the trace is kept. */
  get spans(): readonly Span[] {
    return this.#spans;
  }

  /** Does work within a span; `attributes` may be added to until it ends. `now` is milliseconds since 1970. */
  async span<T>(
    parent: Omit<TraceContext, 'spanId'> & { readonly spanId: string | undefined },
    name: string,
    kind: SpanKind,
    work: (context: TraceContext, attributes: Record<string, Attributes[string]>) => Promise<T>,
    now: () => number = Date.now,
  ): Promise<T> {
    const context = { traceId: parent.traceId, spanId: randomId(16), sampled: parent.sampled };
    const attributes: Record<string, Attributes[string]> = {};
    const start = now();
    let failed = true;
    try {
      const result = await work(context, attributes);
      failed = attributes['error.type'] !== undefined;
      return result;
    } finally {
      if (context.sampled && this.#spans.length < MOST_SPANS) {
        this.#spans.push({
          context,
          parentId: parent.spanId,
          name,
          kind,
          start,
          end: now(),
          attributes,
          failed,
        });
      }
    }
  }
}
