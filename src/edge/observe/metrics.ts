import type { Facts } from './facts.ts';

/*
 * Counters of this isolate, as Prometheus reads them. By hand: prom-client needs Node's process and timers. Labels come from
 * lists that are ours, so that no client can make new series.
 */

const BUCKETS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900];
/** Far above what the labels allow: a mistake in them must not fill the memory. */
const MOST_SERIES = 2000;

type Labels = Readonly<Record<string, string | number>>;

const HELP = {
  afterglow_edge_requests_total: ['counter', 'Requests answered, by route, method and status.'],
  afterglow_edge_bytes_total: ['counter', 'Bytes of bodies answered, by representation.'],
  afterglow_edge_cache_total: [
    'counter',
    'Pictures answered from the cache (hit) or from the bucket (miss).',
  ],
  afterglow_edge_negotiations_total: [
    'counter',
    'Pictures answered, by why their representation was chosen.',
  ],
  afterglow_edge_problems_total: ['counter', 'Problem documents answered, by code.'],
  afterglow_edge_origin_seconds: [
    'histogram',
    'Seconds until the origin answered, by what was asked and how it ended.',
  ],
} as const;
type Name = keyof typeof HELP;

const counters = new Map<string, number>();
const histograms = new Map<
  string,
  { readonly labels: string; counts: number[]; sum: number; count: number }
>();

function add(name: Name, labels: Labels, by = 1): void {
  const series = `${name}{${format(labels)}}`;
  if (counters.size < MOST_SERIES || counters.has(series))
    counters.set(series, (counters.get(series) ?? 0) + by);
}

export function countAnswer({
  route,
  method,
  status,
  bytes,
  representation,
  cache,
  reason,
  problem,
}: Facts): void {
  add('afterglow_edge_requests_total', { route, method, status });
  add('afterglow_edge_bytes_total', { representation }, bytes);
  if (cache !== 'none') add('afterglow_edge_cache_total', { result: cache });
  if (reason !== '') add('afterglow_edge_negotiations_total', { reason });
  if (problem !== '') add('afterglow_edge_problems_total', { code: problem });
}

export function observeOrigin(target: 'encode' | 'probe', outcome: 'done' | 'failed', seconds: number): void {
  const labels = format({ target, outcome });
  const now = histograms.get(labels) ?? { labels, counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
  BUCKETS.forEach((bucket, i) => {
    if (seconds <= bucket) now.counts[i]! += 1;
  });
  now.sum += seconds;
  now.count += 1;
  histograms.set(labels, now);
}

/** The exposition format 0.0.4; `gauges` are what is asked for only now. */
export function exposition(
  gauges: Readonly<Record<string, { readonly help: string; readonly value: number }>>,
): string {
  const lines: string[] = [];
  for (const [name, [type, help]] of Object.entries(HELP)) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const [series, value] of counters)
      if (series.startsWith(`${name}{`)) lines.push(`${series} ${value}`);
  }
  for (const { labels, counts, sum, count } of histograms.values()) {
    const name = 'afterglow_edge_origin_seconds';
    BUCKETS.forEach((bucket, i) => lines.push(`${name}_bucket{${labels},le="${bucket}"} ${counts[i]!}`));
    lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`);
    lines.push(`${name}_sum{${labels}} ${sum}`, `${name}_count{${labels}} ${count}`);
  }
  for (const [name, { help, value }] of Object.entries(gauges)) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`);
  }
  return `${lines.join('\n')}\n`;
}

function format(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${String(value).replace(/[\\"\n]/g, '_')}"`)
    .join(',');
}
