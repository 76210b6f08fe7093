import { pchip } from './pchip.ts';

/** One encoding of one picture. */
export interface RatePoint {
  /** Bits per pixel, or bytes: above 0. */
  readonly rate: number;
  /** More is better; distances are negated. */
  readonly quality: number;
}

const SAMPLES = 200;
/** Curves that share less of the first one's range than this are not compared. */
const LEAST_OVERLAP = 0.1;
const LEAST_STEP = 1e-9;

/**
 * The upper concave hull of points by rate: what a codec can do when its options are chosen well. Points that cost more
 * and give less are left out, so that quality rises from each point to the next.
 */
export function upperHull(points: readonly RatePoint[]): RatePoint[] {
  const hull: RatePoint[] = [];
  for (const point of [...points].sort((a, b) => a.rate - b.rate || b.quality - a.quality)) {
    if (point.quality <= (hull.at(-1)?.quality ?? -Infinity)) continue;
    while (hull.length > 1 && !turnsDown(hull.at(-2)!, hull.at(-1)!, point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

function turnsDown(a: RatePoint, b: RatePoint, c: RatePoint): boolean {
  return (b.quality - a.quality) * (c.rate - a.rate) > (c.quality - a.quality) * (b.rate - a.rate);
}

/**
 * Bjøntegaard's rate difference (VCEG-M33; with piecewise cubic interpolation as in ITU-T HSTP-VID-WPOM): by how many
 * percent `other` needs more or less rate than `anchor` at the same quality, the mean over the qualities that both reach.
 * Null when either has fewer than three points or they share less than a tenth of the anchor's range.
 */
export function bdRate(anchor: readonly RatePoint[], other: readonly RatePoint[]): number | null {
  const a = rising(anchor);
  const b = rising(other);
  if (a.length < 3 || b.length < 3) return null;
  const low = Math.max(a[0]!.quality, b[0]!.quality);
  const high = Math.min(a.at(-1)!.quality, b.at(-1)!.quality);
  if (high - low < LEAST_OVERLAP * (a.at(-1)!.quality - a[0]!.quality)) return null;
  const at = Array.from({ length: SAMPLES }, (_, i) => low + (i / (SAMPLES - 1)) * (high - low));
  const ratesOfA = logRates(a, at);
  const mean = logRates(b, at).reduce((sum, rate, i) => sum + rate - ratesOfA[i]!, 0) / SAMPLES;
  return 100 * (Math.exp(mean) - 1);
}

/** Keeps the points by rate whose quality is above all before, so that the rate is a function of the quality. */
function rising(points: readonly RatePoint[]): RatePoint[] {
  const kept: RatePoint[] = [];
  for (const point of [...points].sort((a, b) => a.rate - b.rate)) {
    if (kept.length === 0 || point.quality > kept.at(-1)!.quality + LEAST_STEP) kept.push(point);
  }
  return kept;
}

function logRates(points: readonly RatePoint[], at: readonly number[]): number[] {
  const qualities = points.map(({ quality }) => quality);
  const rates = points.map(({ rate }) => Math.log(rate));
  return pchip(qualities, rates, at);
}

/** Points that stand for a part of a curve. */
const PART = 7;

/**
 * The part of a curve between two rates, interpolated where it enters and leaves; empty where it is not in there.
 *
 * @param points by rate, quality rising, as `upperHull` gives them
 */
export function betweenRates(points: readonly RatePoint[], low: number, high: number): RatePoint[] {
  const from = Math.max(low, points[0]?.rate ?? Infinity);
  const to = Math.min(high, points.at(-1)?.rate ?? -Infinity);
  if (points.length < 2 || from >= to) return [];
  const logs = Array.from(
    { length: PART },
    (_, i) => Math.log(from) + (i / (PART - 1)) * Math.log(to / from),
  );
  const qualities = pchip(
    points.map(({ rate }) => Math.log(rate)),
    points.map(({ quality }) => quality),
    logs,
  );
  return logs.map((log, i) => ({ rate: Math.exp(log), quality: qualities[i]! }));
}

/** Quality at a rate, linear in the logarithm of the rate; null outside of the curve, which is as `upperHull` gives it. */
export function qualityAt(points: readonly RatePoint[], rate: number): number | null {
  const next = points.findIndex((point) => point.rate >= rate);
  if (next < 0) return null;
  const b = points[next]!;
  if (b.rate === rate) return b.quality;
  const a = points[next - 1];
  if (a === undefined) return null;
  const t = Math.log(rate / a.rate) / Math.log(b.rate / a.rate);
  return a.quality + t * (b.quality - a.quality);
}
