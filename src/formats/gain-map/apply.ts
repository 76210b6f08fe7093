import type { Codes } from '../colour/colour.ts';

/** The light of the HDR picture from that of the base and a map's value for it. */
export interface GainFormula {
  /** What a code value in [0, 1] of channel `c` becomes before it is interpolated. */
  readonly value: (code: number, c: number) => number;
  readonly light: (base: number, value: number, c: number) => number;
}

/**
 * The map's light for every pixel of the base, in place. Its values are interpolated after the curve and before the power of two,
 * as ISO 21496-1, clause 6.2, has it.
 *
 * @param light (h, w, 3), of the base, in the primaries that the gains are of
 */
export function applyGains(
  light: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  map: Codes,
  { value, light: shown }: GainFormula,
): void {
  const tables = [0, 1, 2].map((c) =>
    Float32Array.from({ length: map.white < 256 ? 256 : 65_536 }, (_, code) =>
      value(Math.min(code / map.white, 1), c),
    ),
  );
  const columns = steps(width, map.width);
  const rows = steps(height, map.height);
  const { data: codes } = map;
  for (let y = 0; y < height; y++) {
    const [top, bottom, down] = [rows.low[y]! * map.width, rows.high[y]! * map.width, rows.share[y]!];
    for (let x = 0; x < width; x++) {
      const [left, right, across] = [columns.low[x]!, columns.high[x]!, columns.share[x]!];
      const [a, b, d, e] = [3 * (top + left), 3 * (top + right), 3 * (bottom + left), 3 * (bottom + right)];
      const to = 3 * (y * width + x);
      for (let c = 0; c < 3; c++) {
        const table = tables[c]!;
        const upper = table[codes[a + c]!]! * (1 - across) + table[codes[b + c]!]! * across;
        const lower = table[codes[d + c]!]! * (1 - across) + table[codes[e + c]!]! * across;
        light[to + c] = shown(light[to + c]!, upper * (1 - down) + lower * down, c);
      }
    }
  }
}

interface Steps {
  readonly low: Uint32Array;
  readonly high: Uint32Array;
  readonly share: Float32Array;
}

/**
 * For each pixel along a side the two of the map that it lies between, and how far it is from the first. A smaller map is placed as
 * libvips places it when it applies one, half a pixel of the base from where centres would be: the standard leaves it open, and
 * decoders that agree are worth more than that half.
 */
function steps(length: number, ofMap: number): Steps {
  const low = new Uint32Array(length);
  const high = new Uint32Array(length);
  const share = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    const place = ofMap < length ? (i * ofMap) / length - 0.5 : ((i + 0.5) * ofMap) / length - 0.5;
    const at = Math.min(Math.max(place, 0), ofMap - 1);
    low[i] = Math.floor(at);
    high[i] = Math.min(low[i]! + 1, ofMap - 1);
    share[i] = at - low[i]!;
  }
  return { low, high, share };
}
