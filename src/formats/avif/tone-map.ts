import type { Chromaticities } from '../chromaticities.ts';
import { colourOfCicp } from '../colour/cicp.ts';
import { damaged, FormatError } from '../errors.ts';
import { readIsoMetadata } from '../gain-map/iso21496.ts';
import type { GainMapMetadata } from '../gain-map/metadata.ts';
import type { Extent, Item, Items } from './items.ts';
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

/**
 * The metadata of a tone-map item, by the beginning of a file or by a piece of it from where they are; else where they are.
 *
 * @throws FormatError
 */
export function probeToneMap(
  beginning: Uint8Array,
  item: Item,
  piece?: Uint8Array,
): { readonly metadata: GainMapMetadata | null; readonly elsewhere: readonly number[] } {
  if (item.extents.every(({ offset, length }) => offset + length <= beginning.length))
    return { metadata: metadataOf(dataOf(beginning, item.extents)), elsewhere: [] };
  const [first, ...more] = item.extents;
  if (!first || more.length > 0) return { metadata: null, elsewhere: [] };
  if (!piece) return { metadata: null, elsewhere: [first.offset] };
  return { metadata: metadataOf(dataOf(piece, [{ offset: 0, length: first.length }])), elsewhere: [] };
}

/** @throws FormatError */
export function findToneMap(bytes: Uint8Array, items: Items): ToneMap | null {
  const item = toneMapItem(items);
  if (!item) return null;
  const mapItem = items.byId.get(item.derivedFrom[1]!);
  if (!mapItem) throw damaged('the gain map of this AVIF is not there');
  const { cicp } = pictureOf(bytes, item);
  return {
    metadata: metadataOf(dataOf(bytes, item.extents)),
    mapItem,
    alternate: cicp && colourOfCicp(cicp).chromaticities,
  };
}

function metadataOf(data: Uint8Array): GainMapMetadata {
  if (data[0] !== 0)
    throw new FormatError(
      'unsupported_feature',
      'the gain map of this AVIF is of a version that is not known here',
    );
  return readIsoMetadata(data.subarray(1));
}

export function toneMapItem({ byId, primary }: Items): Item | undefined {
  return [...byId.values()].find(
    ({ type, derivedFrom: [base, map] }) => type === 'tmap' && base === primary && map !== undefined,
  );
}

function dataOf(bytes: Uint8Array, extents: readonly Extent[]): Uint8Array {
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
