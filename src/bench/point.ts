import { METRICS, type MetricKey, type Scores } from './metrics.ts';

/** One encoding of one picture, as measured. Seconds are NaN where nobody took the time. */
export interface Point {
  readonly image: string;
  readonly codec: string;
  /** The options that made it, `q=30,layers=2`; with picture and codec it names the point. */
  readonly point: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Of the JPEG that an SDR viewer sees; null where there is none. */
  readonly baseBytes: number | null;
  readonly seconds: { readonly encode: number; readonly decode: number };
  readonly cpuSeconds: { readonly encode: number; readonly decode: number };
  readonly scores: Scores;
}

export const bitsPerPixel = ({ bytes, width, height }: Point): number => (8 * bytes) / (width * height);

export const pointKey = (point: Pick<Point, 'image' | 'codec' | 'point'>): string =>
  [point.image, point.codec, point.point].join('\t');

/** A column of a points file: how it is written of a point. Other benches' files have them in the same order. */
const COLUMNS: Readonly<Record<string, (point: Point) => string>> = {
  image: ({ image }) => image,
  codec: ({ codec }) => codec,
  point: ({ point }) => point,
  w: ({ width }) => String(width),
  h: ({ height }) => String(height),
  bytes: ({ bytes }) => String(bytes),
  base_bytes: ({ baseBytes }) => (baseBytes === null ? '' : String(baseBytes)),
  bpp: (point) => number(bitsPerPixel(point), 5),
  enc_s: ({ seconds }) => number(seconds.encode, 3),
  dec_s: ({ seconds }) => number(seconds.decode, 3),
  enc_cpu: ({ cpuSeconds }) => number(cpuSeconds.encode, 3),
  dec_cpu: ({ cpuSeconds }) => number(cpuSeconds.decode, 3),
  // Three metrics that other benches have and this one does not.
  base_psnr: () => 'nan',
  pu_psnr_y: ({ scores }) => number(scores.puPsnrY, 5),
  pu_ssim: ({ scores }) => number(scores.puSsim, 5),
  pu_psnr_rgb: ({ scores }) => number(scores.puPsnrRgb, 5),
  mpsnr: () => 'nan',
  log_psnr: () => 'nan',
  de_itp: ({ scores }) => number(scores.deItp, 5),
  hdrvdp2: ({ scores }) => number(scores.hdrvdp2, 5),
};

export const POINTS_HEADER = Object.keys(COLUMNS).join('\t');

export const formatPoint = (point: Point): string =>
  Object.values(COLUMNS)
    .map((write) => write(point))
    .join('\t');

/**
 * Reads a row by the names of the file's columns; those that are missing or unknown do no harm.
 *
 * @returns null for a row without picture, codec, options, size or bytes
 */
export function parsePoint(names: readonly string[], row: string): Point | null {
  const cells = new Map(row.split('\t').map((cell, i) => [names[i], cell]));
  const numeric = (name: string): number => {
    const cell = cells.get(name) ?? '';
    return cell === '' ? Number.NaN : Number(cell);
  };
  const [image, codec, point] = [cells.get('image'), cells.get('codec'), cells.get('point')];
  const [width, height, bytes] = [numeric('w'), numeric('h'), numeric('bytes')];
  if (!image || !codec || !point || !(width * height * bytes > 0)) return null;
  const scores = Object.fromEntries(METRICS.map(({ key, column }) => [key, numeric(column)]));
  const baseBytes = numeric('base_bytes');
  return {
    image,
    codec,
    point,
    width,
    height,
    bytes,
    baseBytes: Number.isNaN(baseBytes) ? null : baseBytes,
    seconds: { encode: numeric('enc_s'), decode: numeric('dec_s') },
    cpuSeconds: { encode: numeric('enc_cpu'), decode: numeric('dec_cpu') },
    scores: scores as Record<MetricKey, number>,
  };
}

const number = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits) : 'nan';
