import type { CodeGrid } from './code-grid.ts';

/** Contexts that each bit is predicted from. */
export const CONTEXTS = 7;
/** Values that one context takes for one channel. */
export const CONTEXT_VALUES = 128;

/**
 * The contexts of the bit of `channel` at `at` (channel 0's index): each is a number below `CONTEXT_VALUES`, made of
 * bits that encoder and decoder both have. W, N, NW, NE, WW and NN are the channel's neighbours in this layer; C1…C4 the
 * channels coded just before at this position; P the same channel in the layer before, where all sides are known, and
 * PP in the layer before that.
 *
 * @param later 1 for a layer that has one before it, else 0
 * @returns the number of known ones around, 0…11, for the choice of a mixer
 */
export function gatherContexts(
  out: Int32Array,
  layers: readonly [CodeGrid, CodeGrid, CodeGrid],
  at: number,
  channel: number,
  later: number,
): number {
  const { right, down } = layers[0];
  const now = layers[0].bits;
  const before = layers[1].bits;
  const i = at + channel;
  const w = now[i - right]! > 0 ? 1 : 0;
  const n = now[i - down]! > 0 ? 1 : 0;
  const nw = now[i - down - right]! > 0 ? 1 : 0;
  const ne = now[i - down + right]! > 0 ? 1 : 0;
  const ww = now[i - 2 * right]! > 0 ? 1 : 0;
  const nn = now[i - 2 * down]! > 0 ? 1 : 0;
  const c1 = channel > 0 && now[i - 1]! > 0 ? 1 : 0;
  const c2 = channel > 1 && now[i - 2]! > 0 ? 1 : 0;
  const c3 = channel > 2 && now[i - 3]! > 0 ? 1 : 0;
  const c4 = channel > 3 && now[i - 4]! > 0 ? 1 : 0;
  const p = before[i]! > 0 ? 1 : 0;
  const pw = before[i - right]! > 0 ? 1 : 0;
  const pn = before[i - down]! > 0 ? 1 : 0;
  const pe = before[i + right]! > 0 ? 1 : 0;
  const ps = before[i + down]! > 0 ? 1 : 0;
  const pp = layers[2].bits[i]! > 0 ? 1 : 0;
  const around = w + n + nw + ne + ww + nn;
  const previous = p + pw + pn + pe + ps;

  out[0] = later;
  out[1] = (later << 4) | (w << 3) | (n << 2) | (ne << 1) | nw;
  out[2] = (later << 6) | (w << 5) | (n << 4) | (ww << 3) | (nn << 2) | (c1 << 1) | c2;
  out[3] = (later << 4) | (c1 << 3) | (c2 << 2) | (c3 << 1) | c4;
  out[4] = (later << 6) | (p << 5) | (pp << 4) | (w << 3) | (n << 2) | (pe << 1) | ps;
  out[5] = (later << 6) | (p << 5) | (pw << 4) | (pn << 3) | (pe << 2) | (ps << 1) | c1;
  out[6] = (later << 6) | (around << 3) | previous;
  return around + previous;
}
