import { ContainerError, findEndOfImage } from '../../container/index.ts';
import { readIsoMetadata } from '../gain-map/iso21496.ts';
import type { GainMapMetadata } from '../gain-map/metadata.ts';
import { appleHeadroom } from '../tiff/exif.ts';
import { readJpegHeader, type JpegHeader } from './segments.ts';
import { readAppleXmp, readXmpMetadata } from './xmp.ts';

/** The gain map of a JPEG: where its own JPEG is in the file, and what it means. */
export interface JpegGainMap {
  readonly start: number;
  readonly end: number;
  /** By ISO 21496-1 or Adobe's XMP; or Apple's, which has a headroom (peak over SDR white) in place of them. */
  readonly meaning:
    | { readonly by: 'iso' | 'xmp'; readonly metadata: GainMapMetadata }
    | { readonly by: 'apple'; readonly headroom: number };
}

/** Pictures of one file that are looked at: previews may come before the gain map, and films after it have bytes that look like one. */
const MOST_PICTURES = 16;

/**
 * What the first gain map says that begins in a piece of the file; null where none does.
 *
 * @param exif of the file's own picture
 * @throws FormatError `damaged`, `unsupported_feature`
 */
export function meaningInPiece(piece: Uint8Array, exif: Uint8Array | null): JpegGainMap['meaning'] | null {
  let start = nextJpeg(piece, 0);
  for (let pictures = 0; pictures < MOST_PICTURES && start >= 0; pictures++) {
    const meaning = meaningOf(readJpegHeader(piece, start), () => exif);
    if (meaning) return meaning;
    start = nextJpeg(piece, start + 2);
  }
  return null;
}

/** Whether the JPEG itself says that a gain map comes after it; Apple's says no more than that there is another picture. */
export function announcesGainMap({ xmp, iso }: JpegHeader): boolean {
  return iso !== null || xmp.includes('http://ns.adobe.com/hdr-gain-map/1.0/');
}

/**
 * The first picture after the file's own that is a gain map; null where none is. Where it says what it means in several ways,
 * ISO 21496-1's counts, then Adobe's.
 *
 * @throws FormatError `damaged`, `unsupported_feature` for a map whose metadata are
 */
export function findGainMap(bytes: Uint8Array): JpegGainMap | null {
  let at = endOf(bytes, 0);
  for (let pictures = 1; pictures < MOST_PICTURES && at !== null; pictures++) {
    const start = nextJpeg(bytes, at);
    if (start < 0) return null;
    const meaning = meaningOf(readJpegHeader(bytes, start), () => readJpegHeader(bytes).exif);
    const end = endOf(bytes, start);
    // A map that is cut off is shown by its decoder to be damaged, and so is not taken for no map.
    if (meaning) return { start, end: end ?? bytes.length, meaning };
    at = end ?? start + 2;
  }
  return null;
}

function meaningOf(
  { iso, xmp }: JpegHeader,
  exifOfBase: () => Uint8Array | null,
): JpegGainMap['meaning'] | null {
  // A segment of a version alone announces a map, and is none.
  if (iso && iso.length > 4) return { by: 'iso', metadata: readIsoMetadata(iso) };
  const metadata = readXmpMetadata(xmp);
  if (metadata) return { by: 'xmp', metadata };
  const apple = readAppleXmp(xmp);
  if (!apple) return null;
  // Since the second version of its map Apple says the headroom itself; before, only the camera's notes did.
  const exif = apple.headroom === null ? exifOfBase() : null;
  const headroom = apple.headroom ?? (exif && appleHeadroom(exif));
  return headroom === null ? null : { by: 'apple', headroom };
}

/**
 * Whether a JPEG is whole and nothing like a further picture comes behind it: where it announces a gain map, an editor has kept the
 * announcement and dropped the map.
 */
export function standsAlone(bytes: Uint8Array): boolean {
  const end = endOf(bytes, 0);
  return end !== null && nextJpeg(bytes, end) < 0;
}

/** The byte after a JPEG's EOI; null for one that is cut off or damaged. */
export function endOf(bytes: Uint8Array, start: number): number | null {
  try {
    return findEndOfImage(bytes, start);
  } catch (error) {
    if (error instanceof ContainerError) return null;
    throw error;
  }
}

function nextJpeg(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1))
    if (bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff) return at;
  return -1;
}
