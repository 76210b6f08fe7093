import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { serve } from '@hono/node-server';
import { pino, type Logger } from 'pino';
import packageJson from '../../package.json' with { type: 'json' };
import { createApp } from './app.ts';
import type { OriginConfig } from './config.ts';
import { createMetrics } from './metrics.ts';
import { RenderPool } from './render-pool.ts';

export interface RunningOrigin {
  readonly url: string;
  /** The execution provider in use. */
  readonly provider: string;
  /** Takes no more requests, cancels those that run, ends the workers. */
  close(): Promise<void>;
}

export interface StartOptions {
  readonly log?: Logger;
  /** The bundle of `render-worker.ts`. */
  readonly workerFile?: URL;
}

/** Beside every bundle that starts an origin: all entry points lie one folder deep in `dist/`. */
const BUNDLED_WORKER = new URL('../origin/render-worker.js', import.meta.url);

/** Starts the origin; resolves when it listens, with the networks loaded. */
export async function startOrigin(config: OriginConfig, options: StartOptions = {}): Promise<RunningOrigin> {
  const log = options.log ?? pino({ name: 'origin', level: config.LOG_LEVEL });
  const common = {
    workerFile: options.workerFile ?? BUNDLED_WORKER,
    queueLimit: config.QUEUE_LIMIT,
    tenantLimit: config.TENANT_LIMIT,
    jobTimeout: config.JOB_TIMEOUT,
    settings: {
      modelsFolder: config.MODELS,
      model: config.MODEL,
      providers: config.EXECUTION_PROVIDERS,
      threads: config.THREADS,
      maxPixels: config.MAX_PIXELS,
      limits: {
        ...(config.MAX_DIMENSION === undefined ? {} : { maxDimension: config.MAX_DIMENSION }),
        ...(config.MAX_PIXELS_PER_BYTE === undefined ? {} : { maxPixelsPerByte: config.MAX_PIXELS_PER_BYTE }),
      },
      sdrQuality: config.SDR_QUALITY,
      keepLocation: config.KEEP_LOCATION,
    },
    onWorkerError: (error: unknown) => {
      log.error({ err: error }, 'a worker failed');
    },
  };
  const pool = new RenderPool({ ...common, workers: config.WORKERS });
  const probes = new RenderPool({ ...common, workers: 1 });
  const closePools = () => Promise.all([pool.close(), probes.close()]);

  try {
    const { provider, model, skipped } = await pool.warm();
    for (const reason of skipped) log.warn(`execution provider not used: ${reason}`);
    log.info(
      { provider, model, workers: config.WORKERS, threads: config.THREADS },
      `rendering on ${provider}`,
    );

    const status = { provider, model, version: packageJson.version };
    const app = createApp({
      config,
      pool,
      probes,
      metrics: createMetrics({ render: pool, probe: probes }),
      log,
      collector: {
        endpoint: config.OTEL_EXPORTER_OTLP_ENDPOINT,
        headers: config.OTEL_EXPORTER_OTLP_HEADERS,
        service: 'afterglow-origin',
        version: packageJson.version,
        onError: (fault) => {
          log.warn(fault);
        },
      },
      status,
    });
    const server = await listen(app.fetch, config);
    const { address, port, family } = server.address() as AddressInfo;
    const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    log.info(`listening on ${url}`);
    return {
      url,
      provider,
      close: async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        await closePools();
        server.closeIdleConnections();
        await closed;
      },
    };
  } catch (error) {
    await closePools();
    throw error;
  }
}

function listen(
  fetch: Parameters<typeof serve>[0]['fetch'],
  { ORIGIN_HOST, ORIGIN_PORT }: OriginConfig,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve(
      { fetch, hostname: ORIGIN_HOST, port: ORIGIN_PORT, overrideGlobalObjects: false },
      () => {
        resolve(server);
      },
    ) as Server;
    server.once('error', reject);
  });
}
