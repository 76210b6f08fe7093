import sharp, { type FailOnOptions } from 'sharp';
import type { Codes } from './colour/colour.ts';
import { refuse } from './sdr/decode.ts';

interface CodesOptions {
  readonly maxPixels: number;
  /** `rrggbb` in sRGB. */
  readonly background: string;
  /** The picture's profile is applied after all, whatever it is. */
  readonly toSrgb?: boolean;
  /** What libvips gives up at; by default at all that it warns of. */
  readonly failOn?: FailOnOptions;
}

/**
 * The code values of a picture file as libvips decodes it, as it is stored and without its profile applied; what is transparent is
 * laid on the background.
 *
 * @param bits of the file's samples; above 8 the codes are 16-bit, with what a coder of `bits` bits calls white
 * @throws FormatError
 */
export async function decodeCodes(
  bytes: Uint8Array,
  bits: number,
  { maxPixels, background, toSrgb = false, failOn = 'warning' }: CodesOptions,
): Promise<Codes> {
  const deep = bits > 8;
  const { data, info } = await sharp(bytes, {
    failOn,
    limitInputPixels: maxPixels,
    ignoreIcc: !toSrgb,
    autoOrient: false,
  })
    .flatten({ background: `#${background}` })
    .toColourspace(deep ? 'rgb16' : 'srgb')
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(refuse);
  const { width, height } = info;
  if (!deep) return { width, height, data, white: 255 };
  // A Buffer of the pool may begin at an odd byte.
  const aligned = data.byteOffset % 2 === 0 ? data : Uint8Array.from(data);
  const codes = new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2);
  return { width, height, data: codes, white: whiteOf(bits) };
}

/** libvips shifts samples of 9 to 15 bits up to 16, with zeros below. */
function whiteOf(bits: number): number {
  return (2 ** bits - 1) * 2 ** (16 - bits);
}
