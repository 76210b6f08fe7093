import { ContainerError, jpegSegments, MARKER, startsFrame } from '../../container/index.ts';
import type { PictureSize } from '../limits.ts';

const XMP = 'http://ns.adobe.com/xap/1.0/\0';
const ISO = 'urn:iso:std:iso:ts:21496:-1\0';
const EXIF = 'Exif\0\0';
const MPF = 'MPF\0';
const ICC = 'ICC_PROFILE\0';
const [APP1, APP2] = [0xe1, 0xe2];

/** What the segments before a JPEG's first scan say of HDR. */
export interface JpegHeader {
  /** Of its frame, as it is stored; null where the bytes end before. */
  readonly size: PictureSize | null;
  /** Per sample. */
  readonly bits: number;
  readonly xmp: string;
  /** ISO 21496-1's segment, after its name. */
  readonly iso: Uint8Array | null;
  /** After its name. */
  readonly exif: Uint8Array | null;
  /** The Multi-Picture index, after its name, and where that is in the file. */
  readonly multiPicture: { readonly bytes: Uint8Array; readonly offset: number } | null;
  readonly icc: Uint8Array | null;
}

/**
 * Reads as far as the bytes go and are sound: whether they are a whole JPEG is for others to say.
 *
 * @param offset of the JPEG in the file
 */
export function readJpegHeader(bytes: Uint8Array, offset = 0): JpegHeader {
  let size: PictureSize | null = null;
  let bits = 8;
  let iso: Uint8Array | null = null;
  let exif: Uint8Array | null = null;
  let xmp = '';
  let multiPicture: JpegHeader['multiPicture'] = null;
  const icc = new Map<number, Uint8Array>();
  try {
    for (const { marker, data } of jpegSegments(bytes, offset)) {
      if (marker === MARKER.SOS) break;
      const body = bytes.subarray(data.offset, data.offset + data.length);
      if (startsFrame(marker) && body.length >= 5) {
        bits = body[0]!;
        size = { height: (body[1]! << 8) | body[2]!, width: (body[3]! << 8) | body[4]! };
      } else if (marker === APP1 && begins(body, XMP))
        xmp += new TextDecoder().decode(body.subarray(XMP.length));
      else if (marker === APP1 && begins(body, EXIF)) exif ??= body.subarray(EXIF.length);
      else if (marker === APP2 && begins(body, ISO)) iso ??= body.subarray(ISO.length);
      else if (marker === APP2 && begins(body, MPF))
        multiPicture ??= { bytes: body.subarray(MPF.length), offset: data.offset + MPF.length };
      // Each piece of a profile begins with its number and their count.
      else if (marker === APP2 && begins(body, ICC) && body.length > ICC.length + 2)
        icc.set(body[ICC.length]!, body.subarray(ICC.length + 2));
    }
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
  }
  return { size, bits, xmp, iso, exif, multiPicture, icc: joined(icc) };
}

function joined(pieces: ReadonlyMap<number, Uint8Array>): Uint8Array | null {
  if (pieces.size === 0) return null;
  return Buffer.concat([...pieces].sort(([a], [b]) => a - b).map(([, piece]) => piece));
}

function begins(bytes: Uint8Array, name: string): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[i] !== name.charCodeAt(i)) return false;
  return true;
}
