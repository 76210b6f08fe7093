import { begin } from '../../telemetry/current.ts';
import type { Invocation, Work } from '../../telemetry/current.ts';
import { exportSpans } from '../../telemetry/export.ts';
import { numberOf } from '../env.ts';
import type { Env } from '../env.ts';

/**
 * Does work as one invocation of the worker, and sends its spans after the answer. Where neither a collector nor the log asks for
 * traces there are none: they would cost every hit a few random ids.
 */
export async function invocation<T>(
  env: Env,
  { waitUntil }: { readonly waitUntil: (promise: Promise<unknown>) => void },
  what: Omit<Invocation, 'share'>,
  work: Work<T>,
): Promise<T> {
  const collects = (env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '') !== '';
  if (!collects && (env.ACCESS_LOG ?? '') === '') return work({});
  const { tracer, done } = begin({ ...what, share: numberOf(env.OTEL_TRACES_SAMPLER_ARG, 1) }, work);
  try {
    return await done;
  } finally {
    if (collects && tracer.spans.length > 0) {
      waitUntil(
        exportSpans(
          {
            endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
            headers: env.OTEL_EXPORTER_OTLP_HEADERS,
            service: 'afterglow-edge',
            version: env.ENCODER_VERSION ?? '',
            onError: console.error,
          },
          tracer.spans,
        ),
      );
    }
  }
}
