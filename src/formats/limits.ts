import { FormatError } from './errors.ts';

export interface Limits {
  /** Pixels of a picture. */
  readonly maxPixels: number;
  /** Pixels along one side. */
  readonly maxDimension: number;
}

/** 65,500 pixels is what a JPEG encoder takes along one side (libjpeg's `JPEG_MAX_DIMENSION`). */
export const DEFAULT_LIMITS: Limits = { maxPixels: 100_000_000, maxDimension: 65_500 };

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** @throws FormatError `damaged` for a side below 1, `too_large` beyond the limits. */
export function checkSize({ width, height }: PictureSize, limits: Limits): void {
  if (!(width >= 1 && height >= 1))
    throw new FormatError('damaged', 'the header gives the picture no pixels');
  if (width > limits.maxDimension || height > limits.maxDimension || width * height > limits.maxPixels)
    throw new FormatError(
      'too_large',
      `the header claims ${width} × ${height} pixels; at most ${limits.maxPixels} pixels and ${limits.maxDimension} along one side are read`,
    );
}
