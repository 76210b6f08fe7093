import { curvesOf, imagesOf, meanBdRate, metricsOf, type Curve, type MeanBdRate } from './curves.ts';
import type { Metric } from './metrics.ts';
import { BASE_ALONE } from './ours.ts';
import type { Point } from './point.ts';

/** Bits per pixel of the anchor in which curves are compared. */
export const RANGES = [
  { title: 'all rates', from: 0, to: Infinity },
  { title: '0.3–4 bpp', from: 0.3, to: 4 },
  { title: '2–4 bpp', from: 2, to: 4 },
] as const;

export interface ComparisonRow {
  readonly peer: string;
  /** By metric: ours against the peer; null where they cannot be compared. */
  readonly bdRates: readonly (MeanBdRate | null)[];
}

export interface Comparison {
  readonly ours: Curve;
  readonly peers: readonly Curve[];
  readonly images: readonly string[];
  readonly metrics: readonly Metric[];
  readonly tables: readonly { readonly title: string; readonly rows: readonly ComparisonRow[] }[];
}

/** Our points against all others; our own files cut to no layers are a peer, too. */
export function compare(points: readonly Point[], codec: string): Comparison {
  const mine = points.filter((point) => point.codec === codec);
  const ours = { name: codec, points: mine };
  const alone = mine.filter(({ point }) => point.endsWith(BASE_ALONE));
  const images = imagesOf(mine);
  const others = points.filter((point) => point.codec !== codec && images.includes(point.image));
  const peers = [
    ...curvesOf(others),
    ...(alone.length < mine.length ? [{ name: `${codec}, no layers`, points: alone }] : []),
  ];
  const metrics = metricsOf(mine);
  const tables = RANGES.map(({ title, from, to }) => ({
    title,
    rows: peers.map((peer) => ({
      peer: peer.name,
      bdRates: metrics.map((metric) => meanBdRate(peer, ours, metric, [from, to])),
    })),
  }));
  return { ours, peers, images, metrics, tables };
}

/** `−26.1 % (12)`: the mean, and of how many pictures. */
export function formatBdRate(rate: MeanBdRate | null): string {
  if (rate === null) return '–';
  const sign = rate.mean < 0 ? '−' : '+';
  return `${sign}${Math.abs(rate.mean).toFixed(1)} % (${rate.pictures})`;
}
