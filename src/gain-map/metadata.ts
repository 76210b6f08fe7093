import { OFFSET } from './gains.ts';

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

/** A display with less above white than this is not worth telling from one with more. */
const LEAST_CAPACITY = 0.5;

/** Of a map whose code values are spread evenly over a range of stops. @param headroom log2(peak / SDR white), in stops */
export function metadataOf(
  range: { readonly min: number; readonly max: number },
  headroom: number,
): GainMapMetadata {
  return {
    min: everyChannel(range.min),
    max: everyChannel(range.max),
    gamma: everyChannel(1),
    offsetSdr: everyChannel(OFFSET),
    offsetHdr: everyChannel(OFFSET),
    capacityMin: 0,
    capacityMax: Math.max(headroom, LEAST_CAPACITY),
  };
}
