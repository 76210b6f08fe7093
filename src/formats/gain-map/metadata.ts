import type { GainMapMetadata as Gains } from '../../gain-map/metadata.ts';
import { damaged } from '../errors.ts';

export { everyChannel, type Channels } from '../../gain-map/metadata.ts';

/** What a file says of its gain map: of a base that is SDR or HDR. */
export interface GainMapMetadata extends Gains {
  /** The file's own picture is the HDR one, and its gain map leads down to the SDR one. */
  readonly baseIsHdr: boolean;
  /** The gains are of the base's primaries, and not of those that the gain map's own profile says. */
  readonly useBaseColours: boolean;
}

/** Gains beyond are nobody's light, and would leave float32. */
const MOST_STOPS = 16;
/** Some maps have offsets of ten times white, which turns gains nearly into differences. */
const MOST_OFFSET = 2 ** MOST_STOPS;

/** @throws FormatError `damaged` for values that cannot be */
export function checked(metadata: GainMapMetadata): GainMapMetadata {
  const { min, max, gamma, offsetSdr, offsetHdr, capacityMin, capacityMax } = metadata;
  const sound =
    [...min, ...max, capacityMin, capacityMax].every((stops) => Math.abs(stops) <= MOST_STOPS) &&
    gamma.every((value) => value > 0 && value <= 100) &&
    [...offsetSdr, ...offsetHdr].every((value) => Math.abs(value) <= MOST_OFFSET) &&
    min.every((value, c) => value <= max[c]!);
  if (!sound) throw damaged('the gain map has metadata that cannot be');
  return metadata;
}
