/** How a screen without headroom shows linear light, where 1.0 is its white. */

/** Up to here light is shown as it is. */
const SHOULDER = 0.6;

/**
 * Rolls highlights off towards white: the identity below the shoulder, above it an exponential approach to 1 that joins
 * it with the same slope. Channel by channel, so that the brightest colours whiten as they do on film.
 */
export function rollOff(light: number): number {
  if (light <= SHOULDER) return Math.max(light, 0);
  return 1 - (1 - SHOULDER) * Math.exp((SHOULDER - light) / (1 - SHOULDER));
}

/** Linear light → sRGB signal, extended beyond [0, 1] and mirrored below 0 as CSS Color 4, §10.2, has it. */
export function srgbEncode(light: number): number {
  const magnitude = Math.abs(light);
  const signal = magnitude <= 0.0031308 ? 12.92 * magnitude : 1.055 * magnitude ** (1 / 2.4) - 0.055;
  return Math.sign(light) * signal;
}

/** sRGB signal in [0, 1] → linear light (IEC 61966-2-1, clause 5.2). */
export function srgbDecode(signal: number): number {
  return signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4;
}

/** What light is multiplied by at an exposure in stops. */
export function gain(exposure: number): number {
  return 2 ** exposure;
}
