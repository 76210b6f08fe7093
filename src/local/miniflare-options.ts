import { dirname } from 'node:path';
import type { MiniflareOptions } from 'miniflare';

export interface EdgeOptions {
  /** The bundle of the worker: dist/edge/worker.js. */
  readonly scriptPath: string;
  readonly originUrl: string;
  readonly originSecret: string;
  readonly uploadToken: string;
  readonly host?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Where R2 is kept; in memory when absent. */
  readonly persistTo?: string;
  /** What the worker serves besides pictures: the page, its scripts, the models. */
  readonly assets?: string;
  readonly maxUploadBytes?: number;
  readonly retries?: number;
  readonly retryDelaySeconds?: number;
  /** Further variables of the worker, by name. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Requests per client and period, in seconds; absent: as many as it likes. */
  readonly rateLimit?: { readonly limit: number; readonly period: 10 | 60 };
}

/** The worker in workerd, with the bindings of wrangler.toml. Miniflare keeps its queues in memory, R2 in `persistTo`. */
export function edgeOptions(options: EdgeOptions): MiniflareOptions {
  const { host = '127.0.0.1', port = 0, persistTo, assets } = options;
  return {
    name: 'afterglow',
    modules: true,
    scriptPath: options.scriptPath,
    // Else the bundle would have to lie below the current directory.
    modulesRoot: dirname(options.scriptPath),
    compatibilityDate: '2026-04-01',
    // Traces are carried by AsyncLocalStorage.
    compatibilityFlags: ['nodejs_als'],
    host,
    port,
    bindings: {
      ORIGIN_URL: options.originUrl,
      ORIGIN_SECRET: options.originSecret,
      UPLOAD_TOKEN: options.uploadToken,
      ...(options.maxUploadBytes === undefined ? {} : { MAX_UPLOAD_BYTES: String(options.maxUploadBytes) }),
      ...(options.retryDelaySeconds === undefined
        ? {}
        : { RETRY_DELAY_SECONDS: String(options.retryDelaySeconds) }),
      ...options.variables,
    },
    ...(options.rateLimit === undefined
      ? {}
      : { ratelimits: { RATE_LIMITER: { simple: options.rateLimit } } }),
    r2Buckets: { MASTERS: 'afterglow-masters', RENDITIONS: 'afterglow-renditions' },
    ...(persistTo === undefined ? {} : { r2Persist: persistTo }),
    durableObjects: { RENDER_GATE: { className: 'RenderGate', useSQLite: true } },
    analyticsEngineDatasets: { METRICS: { dataset: 'afterglow' } },
    queueProducers: { ENCODE_QUEUE: 'afterglow-encode' },
    queueConsumers: {
      // One message at a time: a batch would hold up what is done until its slowest is.
      'afterglow-encode': {
        maxBatchSize: 1,
        maxBatchTimeout: 0,
        maxRetries: options.retries ?? 5,
        deadLetterQueue: 'afterglow-dead-letters',
      },
      'afterglow-dead-letters': { maxBatchSize: 10, maxBatchTimeout: 0 },
    },
    ...(assets === undefined
      ? {}
      : {
          assets: {
            directory: assets,
            binding: 'ASSETS',
            routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
            assetConfig: { html_handling: 'auto-trailing-slash', not_found_handling: 'none' },
          },
        }),
  };
}
