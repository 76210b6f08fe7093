import type { CompressedImage } from '@monogrid/gainmap-js/encode';
import { encodeJPEGMetadata } from '@monogrid/gainmap-js/libultrahdr';
import { findEndOfImage } from '../../container/index.ts';
import type { Channels, GainMap } from '../../gain-map/index.ts';
import { metadataOf } from '../../gain-map/metadata.ts';

/**
 * An Ultra HDR JPEG, put together by gainmap-js: the base, every byte of it but for what announces the map before its first
 * segment, and the map behind it.
 *
 * @param base a JPEG up to its EOI
 */
export function assembleUltraHdr(base: Uint8Array, { jpeg, metadata }: GainMap): Uint8Array<ArrayBuffer> {
  const { min, max, gamma, offsetSdr, offsetHdr, capacityMin, capacityMax } = metadata;
  return encodeJPEGMetadata({
    gainMapMin: triple(min),
    gainMapMax: triple(max),
    gamma: triple(gamma),
    offsetSdr: triple(offsetSdr),
    offsetHdr: triple(offsetHdr),
    hdrCapacityMin: capacityMin,
    hdrCapacityMax: capacityMax,
    sdr: compressed(base),
    gainMap: compressed(jpeg),
  });
}

/** What is said of a map in its base does not depend on this. */
const ANY = metadataOf({ min: 0, max: 1 }, 1);
/** A JPEG of nothing but its SOI, which the map's metadata replaces with its own. */
const NO_MAP = Uint8Array.of(0xff, 0xd8);

/**
 * The base as it stands in a file whose map is not there yet: it announces `bytes` of a map, of which zeros behind the map's end may
 * be a part. @throws RangeError for fewer bytes than metadata need
 */
export function announcingBase(base: Uint8Array, bytes: number): Uint8Array<ArrayBuffer> {
  const metadataBytes = mapOf(assembleUltraHdr(base, { jpeg: NO_MAP, metadata: ANY })).length - NO_MAP.length;
  const whole = assembleUltraHdr(base, { jpeg: new Uint8Array(bytes - metadataBytes), metadata: ANY });
  return whole.subarray(0, findEndOfImage(whole));
}

/** The map of an Ultra HDR JPEG with its metadata: what is behind the base. */
export function mapOf(ultraHdr: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return ultraHdr.subarray(findEndOfImage(ultraHdr));
}

/** The library wants a size, which it does not use. */
function compressed(data: Uint8Array): CompressedImage {
  return { data: data as Uint8Array<ArrayBuffer>, mimeType: 'image/jpeg', width: 0, height: 0 };
}

function triple([r, g, b]: Channels): [number, number, number] {
  return [r, g, b];
}
