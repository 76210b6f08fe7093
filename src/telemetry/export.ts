import { otlpDocument, tracesUrl, type Span } from './otlp.ts';

const MOST_MILLISECONDS = 5000;

/** Where spans go, and as whose: OpenTelemetry's own names of variables. */
export interface Collector {
  /** `OTEL_EXPORTER_OTLP_ENDPOINT`; empty or absent: nowhere. */
  readonly endpoint: string | undefined;
  /** `OTEL_EXPORTER_OTLP_HEADERS`: `name=value,name=value`, values percent-encoded. */
  readonly headers: string | undefined;
  readonly service: string;
  readonly version: string;
  readonly onError: (fault: string) => void;
}

/** Sends spans to a collector. One that fails costs its spans and nothing else. */
export async function exportSpans(collector: Collector, spans: readonly Span[]): Promise<void> {
  const { endpoint = '', headers, service, version, onError } = collector;
  if (endpoint === '' || spans.length === 0) return;
  try {
    const response = await fetch(tracesUrl(endpoint), {
      method: 'POST',
      headers: { ...headersOf(headers), 'Content-Type': 'application/json' },
      body: otlpDocument(service, version, spans),
      redirect: 'manual',
      signal: AbortSignal.timeout(MOST_MILLISECONDS),
    });
    await response.body?.cancel();
    if (!response.ok) onError(`the collector of traces answered ${response.status}`);
  } catch (error) {
    onError(`the collector of traces cannot be reached: ${String(error)}`);
  }
}

function headersOf(list = ''): Record<string, string> {
  const pairs = list.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at < 1 ? [] : [[pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())] as const];
  });
  return Object.fromEntries(pairs);
}
