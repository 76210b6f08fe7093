import { FormatError } from './errors.ts';

/**
 * What is done to every reader's pixels, in place: a sample that is NaN or infinite refuses the file, since there is no
 * right luminance to show for it; a negative sample, which no light has, becomes 0.
 *
 * @param data (h, w, 3) interleaved
 * @throws FormatError `non_finite_pixels`
 */
export function cleanSamples(data: Float32Array, width: number): Float32Array {
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (value > 0 && value < Infinity) continue;
    if (!Number.isFinite(value)) {
      const pixel = Math.floor(i / 3);
      throw new FormatError(
        'non_finite_pixels',
        `the pixel at column ${pixel % width}, row ${Math.floor(pixel / width)} is ${value}; a picture's pixels must be finite numbers`,
      );
    }
    data[i] = 0;
  }
  return data;
}
