import { FormatError } from './errors.ts';

export interface Limits {
  /** Pixels of a picture. */
  readonly maxPixels: number;
  /** Pixels along one side. */
  readonly maxDimension: number;
  /** Of the file. */
  readonly maxBytes: number;
  /** Pixels per byte of the file, above four million pixels: what holds more is made to exhaust who reads it. */
  readonly maxPixelsPerByte: number;
}

/**
 * 65,500 pixels is what a JPEG encoder takes along one side (libjpeg's `JPEG_MAX_DIMENSION`). A picture of one colour has up to 8,000
 * pixels per byte in PNG of one bit, and about 100 in JPEG.
 */
export const DEFAULT_LIMITS: Limits = {
  maxPixels: 100_000_000,
  maxDimension: 65_500,
  maxBytes: 2 ** 31,
  maxPixelsPerByte: 20_000,
};

/** So many pixels may take any number of bytes: a small picture exhausts nobody. */
const SMALL_PIXELS = 4_000_000;

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** @throws FormatError `damaged` for a side below 1, `too_large` beyond the limits. */
export function checkSize(
  { width, height }: PictureSize,
  limits: Pick<Limits, 'maxPixels' | 'maxDimension'>,
): void {
  if (![width, height].every((side) => side >= 1 && Math.floor(side) === side))
    throw new FormatError('damaged', 'the header gives the picture no pixels');
  if (width > limits.maxDimension || height > limits.maxDimension || width * height > limits.maxPixels)
    throw new FormatError(
      'too_large',
      `the header claims ${width} × ${height} pixels; at most ${limits.maxPixels} pixels and ${limits.maxDimension} along one side are read`,
    );
}

/** @throws FormatError `too_large` */
export function checkBytes({ length }: Uint8Array, { maxBytes }: Limits): void {
  if (length > maxBytes)
    throw new FormatError('too_large', `the file has ${length} bytes; at most ${maxBytes} are read`);
}

/** @throws FormatError `too_large` for a picture that is out of all proportion to its file */
export function checkRatio(
  { width, height }: PictureSize,
  bytes: number,
  { maxPixelsPerByte }: Limits,
): void {
  if (width * height > SMALL_PIXELS && width * height > bytes * maxPixelsPerByte)
    throw new FormatError(
      'too_large',
      `the header claims ${width} × ${height} pixels for a file of ${bytes} bytes; at most ${maxPixelsPerByte} pixels per byte are read`,
    );
}
