import { formatOf } from './format-of.ts';
import type { PictureProbe } from './format.ts';
import { checkSize } from './limits.ts';

/** Bytes from the beginning of a file that mostly suffice. */
export const PROBE_BYTES = 65_536;

/** What is too large is so for who reads it, by limits that a probe does not know. */
const ANY_SIZE = { maxPixels: Infinity, maxDimension: Number.MAX_SAFE_INTEGER };

export type Probe = PictureProbe & { readonly kind: string };

/**
 * Format, size and range of a picture from the beginning of its file, nothing of which is decoded. The first 64 kB mostly suffice.
 * Where they end within a header of many metadata, `cut` says so, or no size is found, as of a TIFF whose directory comes after its pixels. Where the headroom is a gain map's that comes later,
 * as in JPEG, `elsewhere` says at which bytes of the file to look: of each in turn 64 kB are given as `piece`, until it does not say so any
 * more. `probeFile` does all that.
 *
 * @throws FormatError for files that are not read, and `damaged` where the beginning does not say the size
 */
export function probe(beginning: Uint8Array, piece?: Uint8Array): Probe {
  const format = formatOf(beginning);
  const { width, height, hdr, headroom, cut, elsewhere } = format.probe(beginning, piece);
  checkSize({ width, height }, ANY_SIZE);
  return {
    kind: format.kind,
    width,
    height,
    hdr,
    headroom,
    ...(cut ? { cut } : {}),
    ...(elsewhere?.length ? { elsewhere } : {}),
  };
}
