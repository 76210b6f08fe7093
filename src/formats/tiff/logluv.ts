import sharp from 'sharp';
import type { Chromaticities } from '../chromaticities.ts';
import { damaged } from '../errors.ts';
import type { ReadOptions } from '../format.ts';
import { refuse } from '../sdr/decode.ts';
import type { TiffHeader } from './header.ts';

export const XYZ: Chromaticities = [1, 0, 0, 1, 0, 0, 1 / 3, 1 / 3];

/**
 * LogLuv (G. W. Larson, "LogLuv Encoding for Full Gamut, High Dynamic Range Images"), which libvips brings to XYZ.
 *
 * @returns (h, w, 3) as it is stored
 * @throws FormatError
 */
export async function readLogLuv(
  bytes: Uint8Array,
  { width, height }: TiffHeader,
  { maxPixels }: ReadOptions,
): Promise<Float32Array> {
  const { data } = await sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, autoOrient: false })
    .pipelineColourspace('xyz')
    .toColourspace('xyz')
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true })
    .catch(refuse);
  if (data.length !== width * height * 12)
    throw damaged('the TIFF has another number of samples than LogLuv');
  // A Buffer of the pool may begin anywhere.
  return new Float32Array(Uint8Array.from(data).buffer);
}
