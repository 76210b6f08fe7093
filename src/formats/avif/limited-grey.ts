import { decodeCodes } from '../codes.ts';
import type { Codes } from '../colour/colour.ts';
import type { ReadOptions } from '../format.ts';
import type { Item, Items } from './items.ts';
import { nclxRange } from './properties.ts';
import { sequenceColours } from './sequence-header.ts';

/** Black and white of 8 bits of limited range (H.273). */
const [BLACK, WHITE] = [16, 235];

/**
 * The bits of the file that say that a picture in grey is of limited range; empty for all others. libheif, as of 1.23, spreads the
 * range of pictures in colour, and leaves what is grey as it is coded: white at 235 of 255.
 */
export function limitedGreyBits(file: Uint8Array, { byId }: Items, item: Item): readonly number[] {
  const tiles = item.type === 'grid' ? item.derivedFrom.flatMap((id) => byId.get(id) ?? []) : [item];
  const coded = tiles.map(({ extents: [first] }) => first && sequenceColours(file, first));
  if (!coded[0]?.monochrome) return [];
  const boxes = [item, ...tiles].map((one) => nclxRange(file, one));
  // The box goes before what is coded.
  const said = boxes.find((box) => box !== null) ?? coded[0];
  if (said.fullRange) return [];
  return [...boxes, ...coded].flatMap((range) => range?.rangeBit ?? []);
}

/**
 * The codes of a picture in grey of limited range, as of full range. libheif is told that they are of full range, so that none of it
 * ever spreads them twice.
 *
 * @param file of which the picture is the primary item
 * @param bits by `limitedGreyBits`
 */
export async function decodeLimitedGrey(
  file: Uint8Array,
  bits: readonly number[],
  depth: number,
  options: ReadOptions,
): Promise<Codes> {
  const copy = Uint8Array.from(file);
  for (const bit of bits) copy[Math.floor(bit / 8)]! |= 0x80 >> (bit % 8);
  const codes = await decodeCodes(copy, depth, {
    ...options,
    background: inLimitedRange(options.background),
  });
  const { data, white } = codes;
  const unit = depth > 8 ? 256 : 1;
  for (let i = 0; i < data.length; i++) {
    const signal = (data[i]! / unit - BLACK) / (WHITE - BLACK);
    data[i] = Math.round(Math.min(Math.max(signal, 0), 1) * white);
  }
  return codes;
}

/** The colour that is laid beneath what is transparent before the range is spread, and is to be itself after it. */
function inLimitedRange(background: string): string {
  return [...Buffer.from(background, 'hex')]
    .map((code) => Math.round(BLACK + (code / 255) * (WHITE - BLACK)))
    .map((code) => code.toString(16).padStart(2, '0'))
    .join('');
}
