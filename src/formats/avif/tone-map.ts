import type { Chromaticities } from '../chromaticities.ts';
import { colourOfCicp } from '../colour/cicp.ts';
import { damaged } from '../errors.ts';
import { readIsoMetadata } from '../gain-map/iso21496.ts';
import type { GainMapMetadata } from '../gain-map/metadata.ts';
import type { Item, Items } from './items.ts';
import { pictureOf } from './properties.ts';

/** A picture that the primary item and a gain map make together (ISO/IEC 23008-12, Amendment 1: `tmap`). */
export interface ToneMap {
  readonly metadata: GainMapMetadata;
  readonly mapItem: Item;
  /** Primaries of the picture that they make. */
  readonly alternate: Chromaticities | null;
}

/** Bytes of the version and of metadata for three channels, with room for those of a later writer. */
const MOST_METADATA_BYTES = 1024;

/** @throws FormatError */
export function findToneMap(bytes: Uint8Array, { byId, primary }: Items): ToneMap | null {
  for (const item of byId.values()) {
    const [base, map] = item.derivedFrom;
    if (item.type !== 'tmap' || base !== primary || map === undefined) continue;
    const mapItem = byId.get(map);
    if (!mapItem) throw damaged('the gain map of this AVIF is not there');
    const data = dataOf(bytes, item);
    if (data[0] !== 0) return null;
    const { cicp } = pictureOf(bytes, item);
    return {
      metadata: readIsoMetadata(data.subarray(1)),
      mapItem,
      alternate: cicp && colourOfCicp(cicp).chromaticities,
    };
  }
  return null;
}

function dataOf(bytes: Uint8Array, { extents }: Item): Uint8Array {
  const length = extents.reduce((sum, extent) => sum + extent.length, 0);
  if (length > MOST_METADATA_BYTES)
    throw damaged('the gain map of this AVIF has more metadata than there can be');
  const data = new Uint8Array(length);
  let to = 0;
  for (const { offset, length: piece } of extents) {
    if (offset + piece > bytes.length) throw damaged('the AVIF ends before its gain map’s metadata do');
    data.set(bytes.subarray(offset, offset + piece), to);
    to += piece;
  }
  return data;
}
