import { damaged } from '../errors.ts';

/** One number for red, green and blue each. */
export type Channels = readonly [number, number, number];

/** What the code values of a gain map mean (ISO 21496-1, clause 5; "Ultra HDR Image Format v1.1", "Gain map metadata"). */
export interface GainMapMetadata {
  /** log2 of the gain that code value 0 stands for. */
  readonly min: Channels;
  /** log2 of the gain that the highest code value stands for. */
  readonly max: Channels;
  readonly gamma: Channels;
  /** Added to the light of the base, and taken off that of the result. */
  readonly offsetSdr: Channels;
  readonly offsetHdr: Channels;
  /** Stops above SDR white that a display has: up to the first it is shown the SDR picture, from the second on the HDR one. */
  readonly capacityMin: number;
  readonly capacityMax: number;
  /** The file's own picture is the HDR one, and its gain map leads down to the SDR one. */
  readonly baseIsHdr: boolean;
  /** The gains are of the base's primaries, and not of those that the gain map's own profile says. */
  readonly useBaseColours: boolean;
}

/** Gains beyond are nobody's light, and would leave float32. */
const MOST_STOPS = 16;

/** @throws FormatError `damaged` for values that cannot be */
export function checked(metadata: GainMapMetadata): GainMapMetadata {
  const { min, max, gamma, offsetSdr, offsetHdr, capacityMin, capacityMax } = metadata;
  const sound =
    [...min, ...max, capacityMin, capacityMax].every((stops) => Math.abs(stops) <= MOST_STOPS) &&
    gamma.every((value) => value > 0 && value <= 100) &&
    [...offsetSdr, ...offsetHdr].every((value) => Math.abs(value) <= 1) &&
    min.every((value, c) => value <= max[c]!);
  if (!sound) throw damaged('the gain map has metadata that cannot be');
  return metadata;
}

export function everyChannel(value: number): Channels {
  return [value, value, value];
}
