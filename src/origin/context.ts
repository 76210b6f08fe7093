import type { Logger } from 'pino';
import type { Collector } from '../telemetry/export.ts';
import type { OriginConfig } from './config.ts';
import type { Metrics } from './metrics.ts';
import type { RenderPool } from './render-pool.ts';

/** What the routes share. */
export interface OriginContext {
  readonly config: Pick<OriginConfig, 'ORIGIN_SECRET' | 'ORIGIN_SECRET_BEFORE' | 'MAX_BODY_BYTES'>;
  readonly pool: Pick<RenderPool, 'enter' | 'run' | 'depth' | 'active'>;
  /** Where files are only looked at. */
  readonly probes: OriginContext['pool'];
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Where its spans go. */
  readonly collector: Collector;
  /** What is in use, as `/healthz` says it. */
  readonly status: { readonly provider: string; readonly model: string; readonly version: string };
}

/** Variables that middleware leaves for the routes. */
export interface OriginVariables {
  Variables: {
    /** SHA-256 of the body, as it was signed. */
    bodyDigest: string;
  };
}
