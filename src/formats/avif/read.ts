import type { HdrPicture } from '../../codec/picture.ts';
import { decodeCodes } from '../codes.ts';
import { colourOfCicp, SRGB } from '../colour/cicp.ts';
import { linearise, type Codes, type Colour, type ReadPicture } from '../colour/colour.ts';
import { colourOfIcc } from '../colour/icc.ts';
import { damaged } from '../errors.ts';
import type { Format, ReadOptions } from '../format.ts';
import { isoFormula } from '../gain-map/formula.ts';
import { withGains } from '../gain-map/with-gains.ts';
import { headroomOf } from '../headroom.ts';
import { checkSize, type PictureSize } from '../limits.ts';
import { decodeSdr } from '../sdr/decode.ts';
import { asStill, isAvif } from './brands.ts';
import { findToneMap, probeToneMap, toneMapItem, type ToneMap } from './tone-map.ts';
import { readItems, type Item, type Items } from './items.ts';
import { withLayersNamed } from './layers.ts';
import { decodeLimitedGrey, limitedGreyBits } from './limited-grey.ts';
import { pictureOf, type ItemPicture } from './properties.ts';

/**
 * AVIF of any depth: pictures coded in PQ or HLG, and those of a gain map (ISO/IEC 23008-12, `tmap`), are HDR. Decoded by libheif;
 * what its boxes say of colours and gain maps, libheif leaves to its caller.
 */
export const avif: Format<'avif'> = {
  kind: 'avif',
  name: 'AVIF',
  hdr: false,

  sniff: isAvif,

  readHeader: (bytes) => shownSize(primaryOf(bytes, readItems(bytes))),

  probe(bytes, piece) {
    const items = readItems(bytes, true);
    const picture = primaryOf(bytes, items);
    const transfer = colourOf(picture)?.transfer ?? 'sdr';
    const headroom = headroomOf(transfer, picture.maxNits);
    const toneMap = toneMapItem(items);
    const known = { ...shownSize(picture), hdr: toneMap !== undefined || transfer !== 'sdr', headroom };
    if (headroom !== null || toneMap === undefined) return known;
    const { metadata, elsewhere } = probeToneMap(bytes, toneMap, piece);
    return metadata ? { ...known, headroom: metadata.capacityMax } : { ...known, elsewhere };
  },

  async read(file, options) {
    const bytes = asStill(file);
    const items = readItems(bytes);
    const picture = primaryOf(bytes, items);
    checkSize(shownSize(picture), options);
    const toneMap = findToneMap(bytes, items);
    const decoded =
      toneMap && !toneMap.metadata.baseIsHdr
        ? mapped(bytes, picture, items, toneMap, options)
        : plain(bytes, picture, items, options);
    return decoded.catch((error: unknown) => {
      throw withLayersNamed(error, bytes, items);
    });
  },
};

function primaryOf(bytes: Uint8Array, items: Items): ItemPicture {
  return pictureOf(bytes, items.byId.get(items.primary)!);
}

function shownSize({ size }: ItemPicture): PictureSize {
  if (!size) throw damaged('the AVIF does not say its size');
  return size;
}

/** What the codes mean; null for an ordinary SDR picture, which libvips knows best how to bring to sRGB. */
export function colourOf({ cicp, icc }: ItemPicture): Colour | null {
  const coded = cicp && colourOfCicp(cicp);
  if (coded && coded.transfer !== 'sdr') return coded;
  if (icc) {
    const profile = colourOfIcc(icc);
    return profile && profile.transfer !== 'sdr' ? profile : null;
  }
  return cicp && (cicp.primaries !== SRGB.primaries || cicp.transfer !== SRGB.transfer) ? coded : null;
}

async function plain(
  bytes: Uint8Array,
  picture: ItemPicture,
  items: Items,
  options: ReadOptions,
): Promise<HdrPicture | ReadPicture> {
  const item = items.byId.get(items.primary)!;
  const colour = colourOf(picture);
  if (colour === null && limitedGreyBits(bytes, items, item).length === 0) return decodeSdr(bytes, options);
  return linearise(await codesOf(bytes, items, item, options), colour ?? sdrColour(picture));
}

async function mapped(
  bytes: Uint8Array,
  picture: ItemPicture,
  items: Items,
  { metadata, mapItem, alternate }: ToneMap,
  options: ReadOptions,
): Promise<ReadPicture> {
  checkSize(shownSize(pictureOf(bytes, mapItem)), options);
  const base = await codesOf(bytes, items, items.byId.get(items.primary)!, options);
  const gains = await codesOf(withPrimary(bytes, items, mapItem), items, mapItem, options);
  const alternateColours = metadata.useBaseColours ? null : alternate;
  return withGains(base, sdrColour(picture), gains, alternateColours, isoFormula(metadata));
}

function sdrColour({ cicp, icc }: ItemPicture): Colour {
  return (icc && colourOfIcc(icc)) ?? colourOfCicp(cicp ?? SRGB);
}

/** @param file of which the item is the primary one */
function codesOf(file: Uint8Array, items: Items, item: Item, options: ReadOptions): Promise<Codes> {
  const { bits } = pictureOf(file, item);
  const limitedGrey = limitedGreyBits(file, items, item);
  return limitedGrey.length > 0
    ? decodeLimitedGrey(file, limitedGrey, bits, options)
    : decodeCodes(file, bits, options);
}

/**
 * A copy of the file whose primary item is another, for a decoder that knows only that one. Writers hide their maps, and no primary
 * item may be hidden.
 */
function withPrimary(bytes: Uint8Array, { primaryField }: Items, { id, flags }: Item): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[flags]! &= 0xfe;
  for (let i = 0; i < primaryField.length; i++)
    copy[primaryField.offset + i] = (id / 256 ** (primaryField.length - 1 - i)) & 0xff;
  return copy;
}
