/** One number for red, green and blue each. */
export type Channels = readonly [number, number, number];

/**
 * What the code values of a gain map mean, for a base that is SDR (ISO 21496-1, clause 5; "Ultra HDR Image Format v1.1"). With
 * g = min + (code / 255)^(1 / gamma) (max − min), the light is (base + offsetSdr) 2^g − offsetHdr, where 1.0 is SDR white.
 */
export interface GainMapMetadata {
  /** log2 of the gain that code value 0 stands for. */
  readonly min: Channels;
  /** log2 of the gain that code value 255 stands for. */
  readonly max: Channels;
  readonly gamma: Channels;
  /** Added to the light of the base, and taken off that of the result. */
  readonly offsetSdr: Channels;
  readonly offsetHdr: Channels;
  /** Stops above SDR white that a display has: up to the first it is shown the base, from the second on the map in full. */
  readonly capacityMin: number;
  readonly capacityMax: number;
}

export function everyChannel(value: number): Channels {
  return [value, value, value];
}
