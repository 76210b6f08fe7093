import sharp, { type FailOnOptions, type Metadata, type SharpOptions } from 'sharp';
import { REFERENCE_WHITE } from '../../codec/luminance.ts';
import type { HdrPicture } from '../../codec/picture.ts';
import { srgbDecode } from '../../codec/srgb.ts';
import { damaged, FormatError } from '../errors.ts';
import type { ReadOptions } from '../format.ts';
import { checkSize, type PictureSize } from '../limits.ts';
import { reason } from './reason.ts';

/** The size as the picture is shown: by its EXIF orientation. @throws FormatError */
export async function sizeOfSdr(bytes: Uint8Array): Promise<PictureSize> {
  return (await metadataOf(bytes)).autoOrient;
}

/**
 * An SDR picture as linear light, 1.0 for white: brought to sRGB by its profile, turned by its EXIF orientation, laid on
 * the background where it is transparent. Nothing of its metadata is kept.
 *
 * @throws FormatError
 */
export async function decodeSdr(
  bytes: Uint8Array,
  options: ReadOptions,
  failOn: FailOnOptions = 'warning',
): Promise<HdrPicture> {
  checkSize(await sizeOfSdr(bytes), options);
  const { data, info } = await sharp(bytes, { ...sharpOptions(options.maxPixels), failOn })
    .autoOrient()
    .flatten({ background: `#${options.background}` })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(refuse);
  return {
    width: info.width,
    height: info.height,
    data: linearLight(data),
    primaries: 'bt709',
    nitsPerUnit: REFERENCE_WHITE,
  };
}

/** Of the header alone. @throws FormatError */
export async function metadataOf(bytes: Uint8Array): Promise<Metadata> {
  // The size is ours to refuse, by a name.
  return sharp(bytes, sharpOptions(false)).metadata().catch(refuse);
}

/** The strictest that libvips knows short of refusing what only looks odd: a damaged picture is not shown in part. */
function sharpOptions(limitInputPixels: number | false): SharpOptions {
  return { failOn: 'warning', limitInputPixels };
}

/** What libvips refused, in words for who uploaded it. */
export function refuse(cause: unknown): never {
  const why = reason(cause);
  if (why.includes('pixel limit')) throw new FormatError('too_large', why, { cause });
  throw damaged(['the picture cannot be decoded', why].filter((text) => text !== '').join(': '), cause);
}

/** (h, w, 3) code values → linear light. A loop: `Float32Array.from` takes twenty times as long. */
function linearLight(codes: Uint8Array): Float32Array {
  const light = Float32Array.from({ length: 256 }, (_, code) => srgbDecode(code / 255));
  const data = new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) data[i] = light[codes[i]!]!;
  return data;
}
