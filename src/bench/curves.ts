import { bdRate, betweenRates, qualityAt, upperHull, type RatePoint } from '../metrics/index.ts';
import { METRICS, type Metric } from './metrics.ts';
import { bitsPerPixel, type Point } from './point.ts';

/** What is drawn as one curve and stands in one row of a table: the points of one codec, or of several as one. */
export interface Curve {
  readonly name: string;
  readonly points: readonly Point[];
}

/** Codecs of one kind, of which the best is chosen for each picture and rate. */
const FAMILIES = [
  { prefix: 'jxt_', name: 'the best of JPEG XT' },
  { prefix: 'uhdr_', name: 'the best of libultrahdr' },
] as const;

/** One curve for each codec, and one for each family of which there are several. */
export function curvesOf(points: readonly Point[]): Curve[] {
  const codecs = [...new Set(points.map(({ codec }) => codec))];
  const single = codecs.map((name) => ({ name, points: points.filter(({ codec }) => codec === name) }));
  const families = FAMILIES.filter(
    ({ prefix }) => codecs.filter((codec) => codec.startsWith(prefix)).length > 1,
  );
  const joint = families.map(({ name, prefix }) => ({
    name,
    points: points.filter(({ codec }) => codec.startsWith(prefix)),
  }));
  return [...single, ...joint];
}

/** A curve's points of one picture, on their upper hull: what the codec can do when its options are chosen well. */
export function hullOf({ points }: Curve, image: string, { key, sign }: Metric): RatePoint[] {
  const measured = points.filter((point) => point.image === image && Number.isFinite(point.scores[key]));
  return upperHull(
    measured.map((point) => ({ rate: bitsPerPixel(point), quality: sign * point.scores[key] })),
  );
}

export const imagesOf = (points: readonly Point[]): string[] =>
  [...new Set(points.map(({ image }) => image))].sort();

/** Those that were measured at all. */
export const metricsOf = (points: readonly Point[]): Metric[] =>
  METRICS.filter(({ key }) => points.some(({ scores }) => Number.isFinite(scores[key])));

export interface MeanBdRate {
  /** Percent, over the pictures where the curves can be compared. */
  readonly mean: number;
  readonly pictures: number;
}

/** Mean BD-rate of ours against an anchor, where that has between `low` and `high` bits per pixel; null for no picture. */
export function meanBdRate(
  anchor: Curve,
  ours: Curve,
  metric: Metric,
  [low, high]: readonly [number, number],
): MeanBdRate | null {
  const rates = imagesOf(ours.points).flatMap((image) => {
    const whole = hullOf(anchor, image, metric);
    const part = low === 0 && high === Infinity ? whole : betweenRates(whole, low, high);
    return bdRate(part, hullOf(ours, image, metric)) ?? [];
  });
  if (rates.length === 0) return null;
  return { mean: rates.reduce((sum, rate) => sum + rate) / rates.length, pictures: rates.length };
}

/** Bits per pixel at which mean curves are sampled. */
const RATES = [0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6];

/** Mean quality over pictures at equal rates, at those that the curve reaches on every one of them. */
export function meanCurve(curve: Curve, images: readonly string[], metric: Metric): RatePoint[] {
  const hulls = images.map((image) => hullOf(curve, image, metric));
  return RATES.flatMap((rate) => {
    const qualities = hulls.flatMap((hull) => qualityAt(hull, rate) ?? []);
    if (images.length === 0 || qualities.length < images.length) return [];
    return [{ rate, quality: qualities.reduce((a, b) => a + b) / qualities.length }];
  });
}
