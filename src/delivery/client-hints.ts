/** Looks a request header up; several lines joined by commas, `null` if there is none. */
export type HeaderReader = (name: string) => string | null;

/** The hints that may lower the number of layers of an automatic choice. */
export const NETWORK_HINTS = ['Save-Data', 'ECT', 'Downlink'] as const;
/** The hints that may choose the width. */
export const WIDTH_HINTS = ['Sec-CH-Width', 'Sec-CH-DPR', 'Sec-CH-Viewport-Width'] as const;
/** What the server asks browsers to send (RFC 8942 §3.1). */
export const ACCEPT_CH = [...WIDTH_HINTS, ...NETWORK_HINTS].join(', ');

/** Hinted widths are rounded up to one of these, so that a picture has a dozen renditions and not thousands. */
export const WIDTH_LADDER = [320, 480, 640, 768, 960, 1280, 1600, 1920, 2560, 3840, 5120, 7680] as const;

/**
 * The most layers that the client's network should carry, from `Save-Data`, `ECT` and `Downlink` (Mbit/s); `Infinity`
 * without a hint or with malformed ones.
 */
export function layersForNetwork(header: HeaderReader): number {
  if (/^on(?:\s*;|$)/i.test(header('Save-Data')?.trim() ?? '')) return 0;
  return Math.min(layersForEffectiveType(header('ECT')), layersForDownlink(header('Downlink')));
}

/** The width in pixels that the hints ask for, on the ladder; `undefined`: the picture's own. */
export function hintedWidth(header: HeaderReader): number | undefined {
  const width = positive(header('Sec-CH-Width')) ?? viewportPixels(header);
  return width === undefined ? undefined : WIDTH_LADDER.find((step) => step >= width);
}

/** A picture never needs more pixels than the viewport is wide; `Sec-CH-Viewport-Width` counts CSS pixels. */
function viewportPixels(header: HeaderReader): number | undefined {
  const viewport = positive(header('Sec-CH-Viewport-Width'));
  return viewport === undefined ? undefined : viewport * (positive(header('Sec-CH-DPR')) ?? 1);
}

/** Network Information API's effective connection types: a picture must not take long on its slowest member. */
function layersForEffectiveType(ect: string | null): number {
  switch (ect?.trim()) {
    case 'slow-2g':
    case '2g':
      return 0;
    case '3g':
      return 2;
    default:
      return Infinity;
  }
}

function layersForDownlink(downlink: string | null): number {
  const text = downlink?.trim() ?? '';
  if (!DECIMAL.test(text)) return Infinity;
  const megabits = Number(text);
  return megabits < 0.5 ? 0 : megabits < 1.5 ? 1 : megabits < 4 ? 2 : Infinity;
}

const DECIMAL = /^\d{1,12}(?:\.\d{1,3})?$/;

/** A positive structured-field integer or decimal (RFC 9651 §3.3); anything else says nothing. */
function positive(field: string | null): number | undefined {
  const text = field?.trim() ?? '';
  const value = DECIMAL.test(text) ? Number(text) : 0;
  return value > 0 ? value : undefined;
}
