import sharp from 'sharp';
import { layoutIndex } from '../container/index.ts';
import type { FileFormat } from '../delivery/file-format.ts';
import { write, type PictureSize } from '../formats/index.ts';
import { sdrCodes } from './sdr-codes.ts';
import type { ScaledPicture } from './transform/index.ts';

const SDR_QUALITY = 80;

/**
 * A picture in a file of its own. An HDR one keeps all of its light, in PQ (AVIF, PNG) or as it is (OpenEXR, half floats); an SDR one
 * is plain sRGB of 8 bits, but for OpenEXR, which knows nothing else than light.
 *
 * @param quality 1…100, of an AVIF
 * @throws FormatError `too_large`
 */
export async function renderFile(
  picture: ScaledPicture,
  hdr: boolean,
  format: FileFormat,
  quality?: number,
): Promise<Uint8Array> {
  if (hdr || format === 'exr') return write(picture, format, { quality, half: true });
  const { width, height, data } = sdrCodes(picture);
  const raw = { width, height, channels: 3 } as const;
  const image = sharp(data, { raw, limitInputPixels: false });
  const coded = format === 'avif' ? image.avif({ quality: quality ?? SDR_QUALITY }) : image.png();
  // A copy: memory that sharp allocated cannot be transferred from one thread to another.
  return Uint8Array.from(await coded.toBuffer());
}

/** The index of a file that is sent as a whole. */
export function fileLayout(bytes: Uint8Array, { width, height }: PictureSize): string {
  const base = { offset: 0, length: bytes.length };
  return layoutIndex({
    kind: 'sdr',
    base,
    width,
    height,
    orientation: 1,
    truncatedHeader: false,
    trailing: 0,
  });
}
