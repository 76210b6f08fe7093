import { ContainerError } from './errors.ts';
import { jpegSegments, MARKER, startsFrame, type JpegSegment } from './jpeg-segments.ts';

export interface JpegSize {
  /** Pixels, 1…65535. */
  readonly width: number;
  /** Pixels, 1…65535. */
  readonly height: number;
  /** Colour components: 1 (grey), 3 (Y Cb Cr, R G B), 4 (CMYK, YCCK). */
  readonly components: number;
}

/** The size of a whole JPEG and the byte after its EOI. Throws what `jpegSegments` throws. */
export function inspectJpeg(bytes: Uint8Array, offset = 0): JpegSize & { readonly end: number } {
  let size: JpegSize = { width: 0, height: 0, components: 0 };
  let end = offset;
  for (const segment of jpegSegments(bytes, offset)) {
    if (startsFrame(segment.marker)) size = frameSize(bytes, segment);
    else if (segment.marker === MARKER.DNL) size = withLines(size, bytes, segment);
    end = segment.end;
  }
  if (size.height === 0) throw noLines();
  return { ...size, end };
}

/**
 * The byte after the EOI of the JPEG that begins at `offset`.
 *
 * @throws ContainerError `not_jpeg`, `truncated_jpeg`, `invalid_jpeg`, `unsupported_jpeg`
 */
export function findEndOfImage(bytes: Uint8Array, offset = 0): number {
  return inspectJpeg(bytes, offset).end;
}

/**
 * The size of a JPEG, from its frame header; the rest of it may be missing, unless the frame header leaves the number of
 * lines to a DNL segment after the first scan (B.2.5). Throws what `jpegSegments` throws.
 */
export function jpegSize(bytes: Uint8Array): JpegSize {
  let size: JpegSize = { width: 0, height: 0, components: 0 };
  for (const segment of jpegSegments(bytes)) {
    if (startsFrame(segment.marker)) size = frameSize(bytes, segment);
    else if (segment.marker === MARKER.DNL) size = withLines(size, bytes, segment);
    if (size.height > 0) return size;
  }
  throw noLines();
}

/** B.2.2: precision, lines Y, samples per line X, number of components Nf, then three bytes for each. */
function frameSize(bytes: Uint8Array, { data }: JpegSegment): JpegSize {
  const components = data.length < 6 ? 0 : bytes[data.offset + 5]!;
  if (components === 0 || data.length !== 6 + 3 * components) {
    throw new ContainerError('invalid_jpeg', 'The length of the JPEG frame header is wrong.');
  }
  const height = u16(bytes, data.offset + 1);
  const width = u16(bytes, data.offset + 3);
  if (width === 0) throw new ContainerError('invalid_jpeg', 'The JPEG claims a width of zero.');
  return { width, height, components };
}

/** Only a height of 0 is taken from DNL: decoders hold to the frame header's where there is one. */
function withLines(size: JpegSize, bytes: Uint8Array, { data }: JpegSegment): JpegSize {
  if (data.length !== 2) throw new ContainerError('invalid_jpeg', 'The length of a DNL segment is wrong.');
  return size.width > 0 && size.height === 0 ? { ...size, height: u16(bytes, data.offset) } : size;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!;
}

function noLines(): ContainerError {
  return new ContainerError('invalid_jpeg', 'The JPEG claims a height of zero.');
}
