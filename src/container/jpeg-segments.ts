import { ContainerError } from './errors.ts';

/** Marker codes of ITU-T T.81, table B.1: the byte after FF. */
export const MARKER = {
  TEM: 0x01,
  JPG: 0xc8,
  RST0: 0xd0,
  RST7: 0xd7,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DNL: 0xdc,
  DHP: 0xde,
  EXP: 0xdf,
} as const;

/** One marker with its segment; a start of scan includes the entropy-coded data after it. */
export interface JpegSegment {
  /** The byte after FF. */
  readonly marker: number;
  /** Of the FF that belongs to the marker; fill bytes before it are not counted. */
  readonly offset: number;
  /** The parameters, after the two bytes of the length; empty for markers that stand alone. */
  readonly data: { readonly offset: number; readonly length: number };
  /** The byte after the segment. */
  readonly end: number;
}

/** SOF0–3 and SOF9–11: the frames of one picture. C4, C8 and CC lie between them and are something else. */
export function startsFrame(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xc3) || (marker >= 0xc9 && marker <= 0xcb);
}

/**
 * Walks a JPEG from SOI to EOI in the interchange format of ITU-T T.81, annex B. What an APPn holds (a thumbnail, say)
 * is stepped over by the segment's length. Nothing is decoded; time is linear in the bytes, memory constant.
 *
 * @throws ContainerError `not_jpeg` (no SOI), `truncated_jpeg`, `invalid_jpeg` (bytes that annex B does not allow),
 *   `unsupported_jpeg` (hierarchical, or an extension such as JPEG-LS)
 */
export function* jpegSegments(bytes: Uint8Array, offset = 0): Generator<JpegSegment, void, undefined> {
  if (bytes[offset] !== 0xff || bytes[offset + 1] !== MARKER.SOI) {
    throw new ContainerError('not_jpeg', 'The file does not begin with a JPEG start-of-image marker.');
  }
  let at = offset + 2;
  let frames = 0;
  let scans = 0;
  yield standalone(MARKER.SOI, offset);
  for (;;) {
    const code = markerAt(bytes, at);
    const marker = bytes[code]!;
    if (marker === MARKER.EOI) {
      if (scans === 0) throw new ContainerError('invalid_jpeg', 'The JPEG ends without a scan.');
      yield standalone(MARKER.EOI, code - 1);
      return;
    }
    refuseMisplaced(marker, code);
    const segment =
      marker === MARKER.TEM ? standalone(marker, code - 1) : segmentWithLength(bytes, code, marker);
    if (startsFrame(marker) && ++frames > 1) {
      throw new ContainerError('unsupported_jpeg', 'The JPEG has more than one frame.');
    }
    if (marker === MARKER.SOS) {
      if (frames === 0) throw new ContainerError('invalid_jpeg', 'A scan comes before the frame header.');
      scans++;
    }
    yield segment;
    at = segment.end;
  }
}

/** Where the code of the next marker is; any number of FF may come before it as fill bytes (B.1.1.2). */
function markerAt(bytes: Uint8Array, at: number): number {
  let code = at;
  while (bytes[code] === 0xff) code++;
  if (code >= bytes.length) throw truncated();
  if (code === at) {
    throw new ContainerError('invalid_jpeg', `Byte ${at} of the JPEG should begin a marker and does not.`);
  }
  return code;
}

function refuseMisplaced(marker: number, at: number): void {
  const differential = (marker >= 0xc5 && marker <= 0xc7) || (marker >= 0xcd && marker <= 0xcf);
  if (differential || marker === MARKER.DHP || marker === MARKER.EXP) {
    throw new ContainerError('unsupported_jpeg', 'The JPEG is hierarchical, which no common decoder reads.');
  }
  if (marker === MARKER.JPG || (marker >= 0xf0 && marker <= 0xfd)) {
    throw new ContainerError('unsupported_jpeg', `The JPEG uses the extension marker ${hex(marker)}.`);
  }
  const reserved = marker === 0 || (marker > MARKER.TEM && marker < 0xc0);
  if (reserved || (marker >= MARKER.RST0 && marker <= MARKER.SOI)) {
    throw new ContainerError('invalid_jpeg', `Marker ${hex(marker)} at byte ${at} has no place there.`);
  }
}

function segmentWithLength(bytes: Uint8Array, code: number, marker: number): JpegSegment {
  const data = code + 3;
  if (data > bytes.length) throw truncated();
  const length = (bytes[code + 1]! << 8) | bytes[code + 2]!;
  if (length < 2) {
    throw new ContainerError('invalid_jpeg', `The segment ${hex(marker)} at byte ${code} claims no length.`);
  }
  const end = code + 1 + length;
  if (end > bytes.length) throw truncated();
  return {
    marker,
    offset: code - 1,
    data: { offset: data, length: length - 2 },
    end: marker === MARKER.SOS ? endOfEntropyCodedData(bytes, end) : end,
  };
}

/**
 * The first FF of the marker that ends a scan. In entropy-coded data FF 00 is a stuffed FF and FF D0…D7 a restart
 * marker (B.1.1.5, B.2.1); any other code after FF, and after fill bytes, ends it.
 */
function endOfEntropyCodedData(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    const ff = bytes.indexOf(0xff, at);
    if (ff < 0) throw truncated();
    let code = ff + 1;
    while (bytes[code] === 0xff) code++;
    if (code >= bytes.length) throw truncated();
    const marker = bytes[code]!;
    if (marker !== 0 && (marker < MARKER.RST0 || marker > MARKER.RST7)) return ff;
    at = code + 1;
  }
}

function standalone(marker: number, offset: number): JpegSegment {
  return { marker, offset, data: { offset: offset + 2, length: 0 }, end: offset + 2 };
}

function truncated(): ContainerError {
  return new ContainerError('truncated_jpeg', 'The JPEG is cut before its end-of-image marker.');
}

function hex(marker: number): string {
  return `FF ${marker.toString(16).toUpperCase().padStart(2, '0')}`;
}
