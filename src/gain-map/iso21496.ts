import type { GainMapMetadata } from './metadata.ts';
import { appSegment } from './segments.ts';

/** What begins a segment APP2 of ISO 21496-1 (annex C). */
export const ISO_21496_1 = 'urn:iso:std:iso:ts:21496:-1\0';

/** minimum_version and writer_version, in 16 bits each. */
const VERSION_BYTES = 4;
const MULTICHANNEL = 0x80;
/** Gains are of the base's primaries. */
const USE_BASE_COLOUR_SPACE = 0x40;
/** Of every fraction below 128: exact for all that floats of 24 bits say. */
const DENOMINATOR = 2 ** 24;

/** What the base of a gain map says of it: nothing but the version. */
export function isoVersionSegment(): Uint8Array {
  return appSegment(2, ISO_21496_1, new Uint8Array(VERSION_BYTES));
}

/** What the map's own JPEG says: all of the metadata. */
export function isoMetadataSegment(metadata: GainMapMetadata): Uint8Array {
  return appSegment(2, ISO_21496_1, writeIsoMetadata(metadata));
}

/** GainMapMetadata of ISO 21496-1, clause C.2.2; one channel where all three are the same. */
export function writeIsoMetadata(metadata: GainMapMetadata): Uint8Array {
  const { min, max, gamma, offsetSdr, offsetHdr, capacityMin, capacityMax } = metadata;
  const perChannel = [min, max, gamma, offsetSdr, offsetHdr];
  const alike = perChannel.every(([r, g, b]) => r === g && g === b);
  const numbers = [
    capacityMin,
    capacityMax,
    ...(alike ? [0] : [0, 1, 2]).flatMap((c) => perChannel.map((values) => values[c]!)),
  ];
  const bytes = new Uint8Array(VERSION_BYTES + 1 + 8 * numbers.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(VERSION_BYTES, USE_BASE_COLOUR_SPACE | (alike ? 0 : MULTICHANNEL));
  numbers.forEach((value, i) => {
    const at = VERSION_BYTES + 1 + 8 * i;
    // Signed or not: none of the unsigned ones reaches 2^31.
    const denominator = denominatorOf(value);
    view.setInt32(at, Math.round(value * denominator));
    view.setUint32(at + 4, denominator);
  });
  return bytes;
}

/** A power of two with which the numerator stays below 2^31. */
function denominatorOf(value: number): number {
  return Math.min(DENOMINATOR, 2 ** (30 - Math.ceil(Math.log2(Math.abs(value) + 1))));
}
