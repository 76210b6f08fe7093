import type { CodeGrid } from './code-grid.ts';

/** Contexts of a channel's own, and contexts that all channels share: few bits teach those much. */
export const OWN_CONTEXTS = 6;
export const SHARED_CONTEXTS = 2;
export const CONTEXTS = OWN_CONTEXTS + SHARED_CONTEXTS;
/** Values that a context of a channel's own takes. */
export const OWN_VALUES = 1 << 8;
/** Values that a shared context takes. */
export const SHARED_VALUES = 1 << 11;
/** Layers that contexts look at: this one and up to three before it. */
export const HISTORY = 4;
/** Answers of `gatherContexts`. */
export const PASTS = HISTORY << 3;

/** What `gatherContexts` looks at. */
export interface Place {
  /** This layer's grid first, then those before it; grids without a bit where there are fewer. */
  layers: readonly CodeGrid[];
  /** How many layers came before, at most 3. */
  age: number;
  /** Index of the position's channel 0 in the grids. */
  at: number;
  channel: number;
  /** Ones among the channels of this position that are known, and among all of the layer before. */
  ones: number;
  onesBefore: number;
}

/**
 * The contexts of a bit, made of bits that encoder and decoder both have. W, N, NW and NE are the channel's neighbours in
 * this layer; C1 and C2 the channels coded just before at this position; P, PP and PPP the same channel in the layers
 * before, where all sides are known. A network that goes over what it left says again where it was not understood, so
 * that the layers before tell most.
 *
 * @param out `OWN_CONTEXTS` numbers below `OWN_VALUES`, then `SHARED_CONTEXTS` below `SHARED_VALUES`
 * @returns what the channel's bits were in the layers before, below `PASTS`: for the choice of a mixer's weights
 */
export function gatherContexts(out: Int32Array, place: Place): number {
  const { layers, age, at, channel } = place;
  const { bits: now, right, down } = layers[0]!;
  const before = layers[1]!.bits;
  const twoBefore = layers[2]!.bits;
  const i = at + channel;
  const w = now[i - right]! > 0 ? 1 : 0;
  const n = now[i - down]! > 0 ? 1 : 0;
  const nw = now[i - down - right]! > 0 ? 1 : 0;
  const ne = now[i - down + right]! > 0 ? 1 : 0;
  const c1 = channel > 0 && now[i - 1]! > 0 ? 1 : 0;
  const c2 = channel > 1 && now[i - 2]! > 0 ? 1 : 0;
  const p = before[i]! > 0 ? 1 : 0;
  const pw = before[i - right]! > 0 ? 1 : 0;
  const pn = before[i - down]! > 0 ? 1 : 0;
  const pe = before[i + right]! > 0 ? 1 : 0;
  const ps = before[i + down]! > 0 ? 1 : 0;
  const pp = twoBefore[i]! > 0 ? 1 : 0;
  const ppw = twoBefore[i - right]! > 0 ? 1 : 0;
  const ppn = twoBefore[i - down]! > 0 ? 1 : 0;
  const ppe = twoBefore[i + right]! > 0 ? 1 : 0;
  const pps = twoBefore[i + down]! > 0 ? 1 : 0;
  const ppp = layers[3]!.bits[i]! > 0 ? 1 : 0;
  const past = (p << 2) | (pp << 1) | ppp;

  const layer = age << 6;
  out[0] = layer | (w << 3) | (n << 2) | (ne << 1) | nw;
  out[1] = layer | (past << 2) | (w << 1) | n;
  out[2] = layer | (past << 2) | (c1 << 1) | c2;
  out[3] = layer | (p << 5) | (pp << 4) | (w << 3) | (n << 2) | (pe << 1) | ps;
  out[4] = layer | (p << 5) | (pw << 4) | (pn << 3) | (pe << 2) | (ps << 1) | c1;
  out[5] = layer | (pp << 5) | (ppw << 4) | (ppn << 3) | (ppe << 2) | (pps << 1) | p;

  const density = channel === 0 ? 0 : Math.min(7, Math.trunc((16 * place.ones) / channel));
  out[6] = (age << 6) | (past << 3) | (w << 2) | (n << 1) | c1;
  out[7] = (age << 9) | (past << 6) | (density << 3) | Math.min(7, place.onesBefore >> 1);
  return (age << 3) | past;
}
