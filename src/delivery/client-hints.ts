import { parseNumberItem } from './structured-number.ts';

/** Looks a request header up; several lines joined by commas, `null` if there is none. */
export type HeaderReader = (name: string) => string | null;

/** The hints that may lower the number of layers of an automatic choice. */
export const NETWORK_HINTS = ['Save-Data', 'ECT', 'Downlink', 'RTT'] as const;
/** The hints that may choose the width. */
export const WIDTH_HINTS = ['Sec-CH-Width', 'Sec-CH-DPR', 'Sec-CH-Viewport-Width'] as const;
/** What the server asks browsers to send (RFC 8942 §3.1). */
export const ACCEPT_CH = [...WIDTH_HINTS, ...NETWORK_HINTS].join(', ');
/**
 * Hints without which a picture may come in the wrong size, and that are worth another request to have it right the first time.
 * `Sec-CH-Width` is known for an `<img>` only, which has no second try, and the network's are no reason to load it more.
 */
const CRITICAL_HINTS: readonly string[] = ['Sec-CH-DPR', 'Sec-CH-Viewport-Width'];

/** Hinted widths are rounded up to one of these, so that a picture has a dozen renditions and not thousands. */
export const WIDTH_LADDER: readonly number[] = [
  320, 480, 640, 768, 960, 1280, 1600, 1920, 2560, 3840, 5120, 7680,
];

/** What a client's connection is hinted to be. */
export interface Network {
  /** Rounded down to a step of `RATES`; `Infinity` if no hint limits it. */
  readonly bitsPerSecond: number;
  /** How long it takes until the first byte, rounded up to 100 ms. */
  readonly milliseconds: number;
}

/**
 * What the Network Information API's effective connection types stand for, by its own table (§ "Effective connection types"):
 * the least round trip and the greatest rate in Mbit/s.
 */
const EFFECTIVE_TYPES = new Map([
  ['slow-2g', { rtt: 2000, downlink: 0.05 }],
  ['2g', { rtt: 1400, downlink: 0.07 }],
  ['3g', { rtt: 270, downlink: 0.7 }],
]);

/** Mbit/s. What a browser measures differs from request to request; in these steps its choice of layers does not. */
const RATES = [0.05, 0.07, 0.1, 0.15, 0.25, 0.4, 0.7, 1, 1.5, 2, 3, 4, 6, 8];
/** Browsers say 10 Mbit/s of everything that is faster, lest the exact figure tell who it is. */
const UNLIMITED = 10;
const RTT_STEP = 100;
const MOST_RTT = 3000;

/** Whether the client asks for less data (`Save-Data: on`). */
export function savesData(header: HeaderReader): boolean {
  return /(?:^|,)\s*on\s*(?:[;,]|$)/i.test(header('Save-Data') ?? '');
}

/** The network as `ECT`, `Downlink` (Mbit/s) and `RTT` (ms) hint it; `undefined` without a hint or with malformed ones. */
export function hintedNetwork(header: HeaderReader): Network | undefined {
  const type = EFFECTIVE_TYPES.get(header('ECT')?.trim() ?? '');
  const downlink = parseNumberItem(header('Downlink'));
  const rtt = parseNumberItem(header('RTT'));
  const rates = [
    ...(type === undefined ? [] : [type.downlink]),
    ...(downlink === undefined || downlink < 0 || downlink >= UNLIMITED ? [] : [downlink]),
  ];
  const trip = Math.max(type?.rtt ?? 0, rtt ?? 0);
  if (rates.length === 0 && trip <= 0) return undefined;
  const least = Math.min(...rates);
  const step = RATES.findLast((rate) => rate <= least) ?? 0;
  return {
    bitsPerSecond: rates.length === 0 ? Infinity : step * 1e6,
    milliseconds: Math.min(MOST_RTT, Math.ceil(trip / RTT_STEP) * RTT_STEP),
  };
}

/**
 * The most layers with which a file is there within a time budget in milliseconds.
 *
 * @param bytes of the file with 0, 1, 2, … layers; without layers it is sent however long it takes
 */
export function layersWithin(
  { bitsPerSecond, milliseconds }: Network,
  budget: number,
  bytes: readonly number[],
): number {
  const most = ((budget - milliseconds) / 1000) * bitsPerSecond;
  const fitting = bytes.findLastIndex((length) => length * 8 <= most);
  return Math.max(0, fitting);
}

/**
 * The width in pixels that the hints ask for, rounded up to a step of a ladder, or its last one; `undefined`: none. `Sec-CH-Width` counts pixels, and
 * `Sec-CH-Viewport-Width` CSS pixels, more than which no picture needs. A `dpr` in the URL goes before the hinted one.
 */
export function hintedWidth(
  header: HeaderReader,
  dpr: number | undefined,
  ladder: readonly number[],
): number | undefined {
  const width = positive(header('Sec-CH-Width')) ?? viewportPixels(header, dpr);
  return width === undefined ? undefined : (ladder.find((step) => step >= width) ?? ladder.at(-1));
}

/** The header in which an answer names hints that are worth asking again with (draft-davidben-http-client-hint-reliability §3). */
export function criticalHints(vary: readonly string[]): readonly string[] {
  return CRITICAL_HINTS.filter((name) => vary.includes(name));
}

function viewportPixels(header: HeaderReader, dpr: number | undefined): number | undefined {
  const viewport = positive(header('Sec-CH-Viewport-Width'));
  if (viewport === undefined) return undefined;
  return Math.round(viewport * (dpr ?? positive(header('Sec-CH-DPR')) ?? 1));
}

function positive(field: string | null): number | undefined {
  const value = parseNumberItem(field);
  return value !== undefined && value > 0 ? value : undefined;
}
