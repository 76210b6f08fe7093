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

/** What light is multiplied by at an exposure in stops. */
export function gain(exposure: number): number {
  return 2 ** exposure;
}
