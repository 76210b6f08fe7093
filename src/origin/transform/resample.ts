import { lanczosTaps, type Tap } from './kernel.ts';
import type { ScaledPicture } from './step.ts';

/** A part of a picture, in its pixels; a side may begin and end within one. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Reduces a window of a picture to `width` × `height` pixels, in linear light.
 *
 * A filter of our own: sharp, which could do it faster, casts float samples to 8-bit code values on the way. And a
 * sun beside its surroundings, 10,000 times darker, is left with black rings by every kernel that has negative lobes:
 * here no sample leaves the range of those it covers, which keeps edges sharp and takes the rings away.
 */
export function resample(
  picture: ScaledPicture,
  window: Window,
  width: number,
  height: number,
): ScaledPicture {
  const columns = lanczosTaps(picture.width, window.x, window.width, width);
  const rows = lanczosTaps(picture.height, window.y, window.height, height);
  const left = columns[0]!.first;
  const right = columns.reduce((most, { first, weights }) => Math.max(most, first + weights.length), 0);
  const strip = filterRows(picture, rows, left, right - left);
  return { ...picture, width, height, data: filterColumns(strip, right - left, left, columns) };
}

/** (h, w, 3) → (rows, across, 3), of the columns from `left` on. Whole rows at a time: the order in which they lie in memory. */
function filterRows(
  { data, width }: ScaledPicture,
  rows: readonly Tap[],
  left: number,
  across: number,
): Float32Array {
  const stride = across * 3;
  const out = new Float32Array(rows.length * stride);
  const sum = new Float64Array(stride);
  const low = new Float32Array(stride);
  const high = new Float32Array(stride);
  rows.forEach(({ first, weights, from, to }, row) => {
    sum.fill(0);
    low.fill(Infinity);
    high.fill(-Infinity);
    for (let k = 0; k < weights.length; k++) {
      const at = ((first + k) * width + left) * 3;
      const weight = weights[k]!;
      for (let i = 0; i < stride; i++) sum[i]! += weight * data[at + i]!;
      if (first + k < from || first + k > to) continue;
      for (let i = 0; i < stride; i++) {
        const value = data[at + i]!;
        if (value < low[i]!) low[i] = value;
        if (value > high[i]!) high[i] = value;
      }
    }
    const begin = row * stride;
    for (let i = 0; i < stride; i++) out[begin + i] = limit(sum[i]!, low[i]!, high[i]!);
  });
  return out;
}

/** (h, across, 3), whose first column is the source's `left`, → (h, columns, 3) */
function filterColumns(
  strip: Float32Array,
  across: number,
  left: number,
  columns: readonly Tap[],
): Float32Array {
  const height = strip.length / (across * 3);
  const out = new Float32Array(height * columns.length * 3);
  let at = 0;
  for (let row = 0; row < height; row++) {
    for (const { first, weights, from, to } of columns) {
      const begin = (row * across + first - left) * 3;
      const inner = from - first;
      const outer = to - first;
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        let low = Infinity;
        let high = -Infinity;
        for (let k = 0, i = begin + c; k < weights.length; k++, i += 3) {
          const value = strip[i]!;
          sum += weights[k]! * value;
          if (k < inner || k > outer) continue;
          if (value < low) low = value;
          if (value > high) high = value;
        }
        out[at++] = limit(sum, low, high);
      }
    }
  }
  return out;
}

function limit(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
