import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What Prometheus may know of an origin; every origin has a registry of its own. */
export interface Metrics {
  readonly registry: Registry;
  readonly requests: Counter<'route' | 'status'>;
  readonly jobSeconds: Histogram<'job' | 'outcome'>;
  readonly bytes: Counter<'direction'>;
}

/** How full a pool is; asked at every scrape. */
interface Load {
  readonly depth: number;
  readonly active: number;
}

export function createMetrics(pools: { readonly render: Load; readonly probe: Load }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'afterglow_origin_queue_depth',
    help: 'Requests that wait for a worker.',
    labelNames: ['pool'],
    registers,
    collect() {
      for (const [pool, { depth }] of Object.entries(pools)) this.set({ pool }, depth);
    },
  });
  new Gauge({
    name: 'afterglow_origin_jobs_active',
    help: 'Requests that a worker is busy with.',
    labelNames: ['pool'],
    registers,
    collect() {
      for (const [pool, { active }] of Object.entries(pools)) this.set({ pool }, active);
    },
  });
  return {
    registry,
    requests: new Counter({
      name: 'afterglow_origin_requests_total',
      help: 'Requests answered, by route and status.',
      labelNames: ['route', 'status'],
      registers,
    }),
    jobSeconds: new Histogram({
      name: 'afterglow_origin_job_seconds',
      help: 'Seconds from the end of the upload to the answer, waiting included.',
      labelNames: ['job', 'outcome'],
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900],
      registers,
    }),
    bytes: new Counter({
      name: 'afterglow_origin_bytes_total',
      help: 'Bytes of HDR pictures and layered files, in and out.',
      labelNames: ['direction'],
      registers,
    }),
  };
}
