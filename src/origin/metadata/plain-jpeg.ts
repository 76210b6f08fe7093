import { ContainerError, jpegSegments, MARKER } from '../../container/index.ts';
import { APP1, APP11, APP13, APP2, begins, segmentOf } from './app-segments.ts';
import { segmentEdits, type EditOptions, type MetadataSegment, type SegmentEdit } from './segment-edits.ts';

/** What a client should know of what became of a picture's metadata. */
export type Notice = 'location_removed' | 'content_credentials_removed' | 'gain_map_missing';

export interface PlainJpeg {
  /** SOI to EOI; the scans, tables and every other segment are the file's own. */
  readonly bytes: Uint8Array;
  readonly notices: readonly Notice[];
}

const EDITED: readonly number[] = [APP1, APP2, APP11, APP13];
/** Of metadata: 100 MiB of full ones are 1600. */
const MOST_SEGMENTS = 16_384;

/** A segment that may be edited, and where it is in the file. */
interface Found extends MetadataSegment {
  readonly start: number;
  readonly end: number;
}

/**
 * A photographer's JPEG as it may be shown to everybody: without what announces a gain map, and without the place where it was
 * taken. What has nothing of either stays as it is, to the byte. Content credentials (C2PA, in JUMBF segments) are a signature over
 * the file's bytes: they stay with a file that stays, and go with one that does not, since they would call it forged.
 *
 * @param options.keepGainMap for the JPEG of a gain map, which keeps what it says of itself
 * @throws ContainerError for what is no whole JPEG
 */
export function plainJpeg(file: Uint8Array, { keepLocation = false, keepGainMap = false } = {}): PlainJpeg {
  const found: Found[] = [];
  const end = findMetadata(file, found);
  return edited(file.subarray(0, end), found, { keepLocation, keepGainMap, thumbnail: placelessThumbnail });
}

/** What is lost of a JPEG's metadata, and worth a word, when it is coded anew. Throws ContainerError. */
export function lostByCoding(jpeg: Uint8Array): readonly Notice[] {
  for (const { marker, data } of jpegSegments(jpeg)) {
    if (marker === MARKER.SOS) break;
    const body = jpeg.subarray(data.offset, data.offset + data.length);
    if (marker === APP11 && isC2pa(body)) return ['content_credentials_removed'];
  }
  return [];
}

/**
 * Segments before the first scan, where all is said.
 *
 * @param found is filled as far as the file is sound
 * @returns the byte after its EOI
 * @throws ContainerError
 */
function findMetadata(file: Uint8Array, found: Found[]): number {
  let scanned = false;
  let end = 0;
  for (const { marker, offset, data, end: next } of jpegSegments(file)) {
    end = next;
    if (marker === MARKER.SOS) scanned = true;
    if (scanned || !EDITED.includes(marker)) continue;
    if (found.length >= MOST_SEGMENTS)
      throw new ContainerError('invalid_jpeg', 'The JPEG has more segments of metadata than there can be.');
    const body = file.subarray(data.offset, data.offset + data.length);
    found.push({ marker, body, start: offset, end: next });
  }
  return end;
}

function edited(file: Uint8Array, found: readonly Found[], options: EditOptions): PlainJpeg {
  const edits: Map<MetadataSegment, SegmentEdit> = segmentEdits(found, options);
  if (edits.size === 0) return { bytes: file, notices: [] };
  const notices: Notice[] = [];
  if (Array.from(edits.values()).some(({ place }) => place)) notices.push('location_removed');
  const credentials = found.filter(({ marker, body }) => marker === APP11 && isC2pa(body));
  if (credentials.length > 0) notices.push('content_credentials_removed');
  for (const segment of credentials) edits.set(segment, { bodies: [], place: false });
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const segment of found) {
    const edit = edits.get(segment);
    if (!edit) continue;
    pieces.push(file.subarray(at, segment.start));
    for (const body of edit.bodies) pieces.push(segmentOf(segment.marker, body));
    at = segment.end;
  }
  return { bytes: Buffer.concat([...pieces, file.subarray(at)]), notices };
}

/**
 * The thumbnail of an Exif segment, which may have metadata, but no thumbnail of its own, and is often damaged; `null` for what
 * stays.
 */
function placelessThumbnail(jpeg: Uint8Array): Uint8Array | null {
  const found: Found[] = [];
  try {
    findMetadata(jpeg, found);
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
  }
  const options = { keepLocation: false, keepGainMap: true, thumbnail: () => null };
  const { bytes, notices } = edited(jpeg, found, options);
  return notices.includes('location_removed') ? bytes : null;
}

/** A box of JUMBF that is C2PA's, or goes on with one (ISO/IEC 19566-5, annex D: "JP", an instance, a number, the box). */
function isC2pa(body: Uint8Array): boolean {
  return begins(body, 'JP') && Buffer.from(body.subarray(0, 64)).includes('jumb');
}
