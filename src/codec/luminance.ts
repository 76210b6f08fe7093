/** Luminance of linear BT.709 light (ITU-R BT.709-6, item 3.2). */
export const LUMA_BT709 = [0.2126, 0.7152, 0.0722] as const;

/** Luminance of SDR white in cd/m² (ITU-R BT.2408, HDR reference white). */
export const REFERENCE_WHITE = 203;

/** 18 % grey of the reference white, in cd/m²: what the middle of a picture without absolute units is taken to be. */
export const MIDDLE_GREY = 36.5;

/** Enough pixels for percentiles to the third digit; sorting more of them buys nothing. */
const SAMPLES = 2_000_000;
// Keeps the scale a normal float32 for pictures of denormal or near-overflowing values.
const SCALE_LIMITS = [1e-30, 1e30] as const;

/** Interleaved linear BT.709 (h, w, 3) → luminance (h, w), in the picture's units. */
export function luminance(linear: Float32Array): Float32Array {
  const [r, g, b] = LUMA_BT709;
  const y = new Float32Array(linear.length / 3);
  for (let i = 0, j = 0; j < y.length; j++, i += 3) {
    y[j] = r * linear[i]! + g * linear[i + 1]! + b * linear[i + 2]!;
  }
  return y;
}

/** Positive luminances in rising order, at most about two million of them, evenly picked. */
export function sortedPositive(y: Float32Array): Float32Array {
  const step = Math.max(1, Math.ceil(y.length / SAMPLES));
  const picked = new Float32Array(Math.ceil(y.length / step));
  let n = 0;
  for (let i = 0; i < y.length; i += step) if (y[i]! > 0) picked[n++] = y[i]!;
  return picked.subarray(0, n).sort();
}

/** The value below which the share `p` (0…1) of the sorted values lies, interpolated linearly; 0 for none. */
export function percentile(sorted: Float32Array, p: number): number {
  if (sorted.length === 0) return 0;
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

/** Geometric mean of the sorted values between their 1st and 99th percentile; 0 for none. */
export function trimmedGeometricMean(sorted: Float32Array): number {
  const low = percentile(sorted, 0.01);
  const high = percentile(sorted, 0.99);
  let sum = 0;
  let n = 0;
  for (const value of sorted) {
    if (value < low || value > high) continue;
    sum += Math.log(value);
    n++;
  }
  return n === 0 ? 0 : Math.exp(sum / n);
}

/**
 * cd/m² per unit for a picture that does not say: its trimmed geometric mean luminance becomes 36.5 cd/m².
 * A picture without any light gets the reference white for 1.0.
 */
export function guessNitsPerUnit(y: Float32Array): number {
  const mean = trimmedGeometricMean(sortedPositive(y));
  const scale = mean > 0 ? MIDDLE_GREY / mean : REFERENCE_WHITE;
  return Math.fround(Math.min(Math.max(scale, SCALE_LIMITS[0]), SCALE_LIMITS[1]));
}

/** log2(peak / 203 cd/m²), in stops, at least 0; the peak is the 99.99th percentile, so that one hot pixel does not set it. */
export function headroomStops(y: Float32Array, nitsPerUnit: number): number {
  const peak = percentile(sortedPositive(y), 0.9999) * nitsPerUnit;
  return Math.max(0, Math.log2(Math.min(Math.max(peak, 1e-9), 10_000) / REFERENCE_WHITE));
}
