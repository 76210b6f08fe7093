/**
 * The perceptual quantizer of SMPTE ST 2084:2014, clauses 5.1 and 5.2: absolute luminance in cd/m² against a signal in [0, 1].
 */
const M1 = 2610 / 16384;
const M2 = (2523 / 4096) * 128;
const C1 = 3424 / 4096;
const C2 = (2413 / 4096) * 32;
const C3 = (2392 / 4096) * 32;

/** The brightest luminance that PQ can say, in cd/m². */
export const PQ_PEAK = 10_000;

/** cd/m² → PQ signal in [0, 1]; luminance is clipped to 0…10,000 cd/m² (inverse EOTF, clause 5.2). */
export function pqEncode(nits: number): number {
  const y = Math.min(Math.max(nits / PQ_PEAK, 0), 1) ** M1;
  return ((C1 + C2 * y) / (1 + C3 * y)) ** M2;
}

/** PQ signal, clipped to [0, 1] → cd/m² (EOTF, clause 5.1). */
export function pqDecode(signal: number): number {
  const p = Math.min(Math.max(signal, 0), 1) ** (1 / M2);
  return PQ_PEAK * (Math.max(p - C1, 0) / (C2 - C3 * p)) ** (1 / M1);
}

/** Interleaved linear light (h, w, 3) → PQ planes (3, h, w); `nitsPerUnit` is the luminance of 1.0 in cd/m². */
export function pqPlanes(linear: Float32Array, nitsPerUnit: number): Float32Array {
  const pixels = linear.length / 3;
  const planes = new Float32Array(linear.length);
  for (let i = 0, j = 0; j < pixels; j++) {
    planes[j] = pqEncode(linear[i++]! * nitsPerUnit);
    planes[j + pixels] = pqEncode(linear[i++]! * nitsPerUnit);
    planes[j + 2 * pixels] = pqEncode(linear[i++]! * nitsPerUnit);
  }
  return planes;
}

/** Interleaved PQ (h, w, 3) → linear light in units of `nitsPerUnit` cd/m², same layout. */
export function linearFromPq(signal: Float32Array, nitsPerUnit: number): Float32Array {
  const linear = new Float32Array(signal.length);
  for (let i = 0; i < signal.length; i++) linear[i] = pqDecode(signal[i]!) / nitsPerUnit;
  return linear;
}

/** A PQ signal within [0, 1]; 0 for NaN, which layers of absurd ranges can add up to. */
export function clampSignal(signal: number): number {
  return signal > 0 ? Math.min(signal, 1) : 0;
}

/** A clamped copy. */
export function clampSignals(signals: Float32Array): Float32Array {
  return signals.map(clampSignal);
}
