import { boxHeight, boxWidth, type Box, type Channel } from './header.ts';
import type { ColourChannels } from './pixels.ts';

/**
 * OpenEXR's own reconstruction of chroma that has a sample for every second column and row: a windowed sinc, whose weights at
 * the distances 1, 3, … 13 these are, and which is 0 at even ones (ImfRgbaYca). It is the inverse of the filter that its writer thins
 * chroma out with.
 */
const WEIGHTS = [0.627123, -0.186077, 0.087929, -0.043159, 0.019597, -0.00754, 0.002128];

/** Whether the picture is of the one kind of luminance/chroma that OpenEXR's own library writes. */
export function isThinnedOut(channels: readonly Channel[], { model, slots }: ColourChannels): boolean {
  if (model !== 'luminance-chroma') return false;
  return channels.every(({ name, xSampling, ySampling }) => {
    const slot = slots.get(name);
    const step = slot === 0 ? 1 : 2;
    return slot === undefined || (xSampling === step && ySampling === step);
  });
}

/**
 * Fills in the chroma of odd columns, then of odd rows, in place. Columns and rows count from the origin of OpenEXR's plane and not
 * from the window's corner; beyond the border the last sample goes on.
 *
 * @param data (h, w, 3) of the window: luminance, and two of chroma
 */
export function reconstructChroma(data: Float32Array, window: Box): void {
  const columns = sampled(window.xMin, window.xMax);
  const rows = sampled(window.yMin, window.yMax);
  if (!columns || !rows) return;
  const [width, height] = [boxWidth(window), boxHeight(window)];
  for (let y = rows.first; y <= rows.last; y += 2)
    for (let x = 1 - columns.first; x < width; x += 2) along(data, y * width, 1, x, columns);
  for (let y = 1 - rows.first; y < height; y += 2)
    for (let x = 0; x < width; x++) along(data, x, width, y, rows);
}

interface Sampled {
  readonly first: number;
  readonly last: number;
}

/** The first and the last place that has a sample, counted from the window's; null where none has. */
function sampled(min: number, max: number): Sampled | null {
  const first = Math.abs(min % 2);
  const last = max - min - Math.abs(max % 2);
  return first <= last ? { first, last } : null;
}

/**
 * Both chroma values of one pixel by those beside it.
 *
 * @param start pixel number of the line's place 0
 * @param step pixels from one place of the line to the next
 */
function along(
  data: Float32Array,
  start: number,
  step: number,
  place: number,
  { first, last }: Sampled,
): void {
  let ry = 0;
  let by = 0;
  for (let i = 0; i < WEIGHTS.length; i++) {
    const before = 3 * (start + step * Math.min(last, Math.max(first, place - 2 * i - 1)));
    const after = 3 * (start + step * Math.min(last, Math.max(first, place + 2 * i + 1)));
    ry += WEIGHTS[i]! * (data[before + 1]! + data[after + 1]!);
    by += WEIGHTS[i]! * (data[before + 2]! + data[after + 2]!);
  }
  const at = 3 * (start + step * place);
  data[at + 1] = ry;
  data[at + 2] = by;
}
