import type { Context } from 'hono';
import type { EncodeMessage } from './queue/messages.ts';

/** The bindings and variables of wrangler.toml. */
export interface Env {
  /** Masters, the pointers that publish them, and job records. */
  readonly MASTERS: R2Bucket;
  /** What the origin rendered, by generation and variant. */
  readonly RENDITIONS: R2Bucket;
  readonly ENCODE_QUEUE: Queue<EncodeMessage>;
  /** `RenderGate`: renders every rendition once, however many ask for it. */
  readonly RENDER_GATE: DurableObjectNamespace;
  /** The platform's cache in front of the worker, where the account has it; set by the worker itself. */
  readonly WORKERS_CACHE?: CacheContext;
  /** What the origin encodes with: encoder and model. Another name has everything rendered anew, on demand. */
  readonly ENCODER_VERSION?: string;
  /** For how long a pointer is believed without asking the bucket; 0: never. */
  readonly POINTER_SECONDS?: string;
  /** For how long a request waits for a base that is being rendered. */
  readonly PATIENCE_SECONDS?: string;
  /** `Cache-Control` of pictures, in seconds. */
  readonly MAX_AGE_SECONDS?: string;
  readonly SHARED_MAX_AGE_SECONDS?: string;
  readonly STALE_SECONDS?: string;
  /** For how many days the record of a job that is over is kept. */
  readonly JOB_DAYS?: string;
  /** The zone whose cache is purged by tag, and the secret that may do so. */
  readonly PURGE_ZONE_ID?: string;
  readonly PURGE_TOKEN?: string;
  /** The page, its scripts and the models; absent where the edge serves pictures only. */
  readonly ASSETS?: Fetcher;
  readonly ORIGIN_URL: string;
  /** Secret: signs what goes to the origin. */
  readonly ORIGIN_SECRET: string;
  /** Secret: who holds it may upload and delete. */
  readonly UPLOAD_TOKEN: string;
  /** Secret: the token that `UPLOAD_TOKEN` replaces, believed until everybody has the new one. */
  readonly UPLOAD_TOKEN_BEFORE?: string;
  /** The largest upload, in bytes; Cloudflare's own limit depends on the plan. */
  readonly MAX_UPLOAD_BYTES?: string;
  /** The pause before the second attempt of a job, in seconds; it doubles from attempt to attempt. */
  readonly RETRY_DELAY_SECONDS?: string;
  /** Parameters by name, as a JSON object of queries; and `true` if URLs may ask for renderings by these names alone. */
  readonly PRESETS?: string;
  readonly PRESETS_ONLY?: string;
  /** The most pixels that a URL may ask for, in millions. */
  readonly MAX_OUTPUT_MEGAPIXELS?: string;
  /** Widths in pixels, to which others are rounded up; absent: for hinted widths only, a ladder of its own. */
  readonly WIDTH_LADDER?: string;
  /** The time within which an automatic choice of layers is to be there, at the hinted rate. */
  readonly TRANSFER_BUDGET_MS?: string;
  /** Secret: the keys of signed URLs, `id:secret,id2:secret2`. */
  readonly URL_KEYS?: string;
  /** Which addresses of pictures must be signed: `off`, `transforms` or `required`. */
  readonly SIGNED_URLS?: string;
  /** Whose pages may read answers: `*`, or a list of origins. */
  readonly ALLOWED_ORIGINS?: string;
  /** The `Cross-Origin-Resource-Policy` of every answer. */
  readonly RESOURCE_POLICY?: string;
  /** The allowlist of `/fetch/`: a list of URL prefixes, empty by default. */
  readonly REMOTE_SOURCES?: string;
  /** How long the copy of a remote source is good without asking, and how long fetching it may take. */
  readonly REMOTE_TTL_SECONDS?: string;
  readonly REMOTE_TIMEOUT_SECONDS?: string;
  /** The largest remote source, in bytes; absent: as an upload. */
  readonly MAX_REMOTE_BYTES?: string;
  /** An https URL that answers DNS questions as JSON; absent: the names of sources are not resolved beforehand. */
  readonly DNS_RESOLVER?: string;
  /** The share of requests, 0…1, that the access log has a line of; empty: none. */
  readonly ACCESS_LOG?: string;
  /** Where spans are sent (OTLP over HTTP), and the share of traces, 0…1, that is kept. */
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string;
  readonly OTEL_TRACES_SAMPLER_ARG?: string;
  /** Secret: headers for the collector, `name=value,name=value`. */
  readonly OTEL_EXPORTER_OTLP_HEADERS?: string;
  /** `true` where the `traceparent` of clients is believed: behind a proxy that sets it. */
  readonly TRUST_TRACEPARENT?: string;
  /** Secret: opens `/metrics`. */
  readonly METRICS_TOKEN?: string;
  /** A dataset of Workers Analytics Engine; absent: no data points. */
  readonly METRICS?: AnalyticsEngineDataset;
  /** The platform's limiter; absent: nobody is limited. */
  readonly RATE_LIMITER?: RateLimit;
  /** The limiter's period, for `Retry-After`. */
  readonly RATE_LIMIT_SECONDS?: string;
  /** The picture that stands in for one that cannot be had, and the status to send it with (absent: the problem's). */
  readonly FALLBACK_KEY?: string;
  readonly FALLBACK_STATUS?: string;
}

/** What a route is given. */
export type Routed = Context<{ Bindings: Env }>;

/** A variable that is a number, or its default. */
export function numberOf(variable: string | undefined, fallback: number): number {
  const value = Number(variable);
  return variable !== undefined && variable !== '' && Number.isFinite(value) && value >= 0 ? value : fallback;
}
