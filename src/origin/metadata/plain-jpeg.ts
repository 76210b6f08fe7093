import { jpegSegments, MARKER } from '../../container/index.ts';
import * as exif from './exif.ts';
import * as iptc from './iptc.ts';
import * as xmp from './xmp.ts';

/** What a client should know of what became of a picture's metadata. */
export type Notice = 'location_removed' | 'content_credentials_removed' | 'gain_map_missing';

export interface PlainJpeg {
  /** SOI to EOI; the scans, tables and every other segment are the file's own. */
  readonly bytes: Uint8Array;
  readonly notices: readonly Notice[];
}

const [APP1, APP2, APP11, APP13] = [0xe1, 0xe2, 0xeb, 0xed];
const EXIF = 'Exif\0\0';
const XMP = 'http://ns.adobe.com/xap/1.0/\0';
const PHOTOSHOP = 'Photoshop 3.0\0';
const EDITED = [APP1, APP2, APP11, APP13];
/** Segments that speak of further pictures behind the first: CIPA DC-007, ISO 21496-1. */
const OF_OTHER_PICTURES = ['MPF\0', 'urn:iso:std:iso:ts:21496:-1\0'];

/**
 * A photographer's JPEG as it may be shown to everybody: without what announces a gain map, and without the place where it was
 * taken. What has nothing of either stays as it is, to the byte. Content credentials (C2PA, in JUMBF segments) are a signature over
 * the file's bytes: they stay with a file that stays, and go with one that does not, since they would call it forged.
 *
 * @throws ContainerError for what is no whole JPEG
 */
export function plainJpeg(file: Uint8Array, { keepLocation = false } = {}): PlainJpeg {
  const pieces: Uint8Array[] = [];
  const credentials = new Set<Uint8Array>();
  let touched = false;
  let located = false;
  let at = 0;
  let end = 0;
  let scanned = false;
  const put = (piece: Uint8Array): void => void pieces.push(piece);
  for (const { marker, offset, data, end: next } of jpegSegments(file)) {
    end = next;
    if (marker === MARKER.SOS) scanned = true;
    if (scanned || !EDITED.includes(marker)) continue;
    const body = file.subarray(data.offset, data.offset + data.length);
    if (marker === APP11 && isC2pa(body)) {
      put(file.subarray(at, offset));
      const whole = file.subarray(offset, next);
      put(whole);
      credentials.add(whole);
      at = next;
      continue;
    }
    const { changed, place } = edited(marker, body, keepLocation);
    if (changed === undefined) continue;
    touched = true;
    located ||= place;
    put(file.subarray(at, offset));
    if (changed !== null) put(segment(marker, changed));
    at = next;
  }
  if (!touched) return { bytes: file.subarray(0, end), notices: [] };
  put(file.subarray(at, end));
  const notices: Notice[] = [];
  if (located) notices.push('location_removed');
  if (credentials.size > 0) notices.push('content_credentials_removed');
  return { bytes: Buffer.concat(pieces.filter((piece) => !credentials.has(piece))), notices };
}

/** Who made the picture and whose it is, as Exif says it, or else XMP, or else IPTC. Throws ContainerError. */
export function authorOf(jpeg: Uint8Array): exif.Author {
  let [byExif, byXmp, byIptc]: exif.Author[] = [{}, {}, {}];
  for (const { marker, data } of jpegSegments(jpeg)) {
    if (marker === MARKER.SOS) break;
    const body = jpeg.subarray(data.offset, data.offset + data.length);
    if (marker === APP1 && begins(body, EXIF))
      byExif = { ...byExif, ...exif.authorOf(body.subarray(EXIF.length)) };
    else if (marker === APP1 && begins(body, XMP))
      byXmp = { ...xmp.authorOf(textOf(body.subarray(XMP.length))), ...byXmp };
    else if (marker === APP13 && begins(body, PHOTOSHOP))
      byIptc = { ...iptc.authorOf(body.subarray(PHOTOSHOP.length)), ...byIptc };
  }
  return { ...byIptc, ...byXmp, ...byExif };
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

interface Edit {
  /** What comes in the segment's place, `null` if nothing does, `undefined` where it stays. */
  readonly changed: Uint8Array | null | undefined;
  /** Whether a place was taken out. */
  readonly place: boolean;
}

const STAYS: Edit = { changed: undefined, place: false };

function edited(marker: number, body: Uint8Array, keepLocation: boolean): Edit {
  if (marker === APP2) {
    return OF_OTHER_PICTURES.some((name) => begins(body, name)) ? { changed: null, place: false } : STAYS;
  }
  if (marker === APP1 && begins(body, EXIF) && !keepLocation)
    return placeless(body, EXIF.length, exif.withoutLocation);
  if (marker === APP13 && begins(body, PHOTOSHOP) && !keepLocation)
    return placeless(body, PHOTOSHOP.length, iptc.withoutLocation);
  return marker === APP1 && begins(body, XMP) ? editedXmp(body, keepLocation) : STAYS;
}

/** @param name bytes of the segment's name, which stays */
function placeless(body: Uint8Array, name: number, edit: (data: Uint8Array) => Uint8Array | null): Edit {
  const changed = edit(body.subarray(name));
  return changed === null
    ? STAYS
    : { changed: Buffer.concat([body.subarray(0, name), changed]), place: true };
}

function editedXmp(body: Uint8Array, keepLocation: boolean): Edit {
  const packet = textOf(body.subarray(XMP.length));
  const plain = xmp.withoutGainMap(packet);
  const left = keepLocation ? plain : xmp.withoutLocation(plain);
  if (left === packet) return STAYS;
  const place = left !== plain;
  if (xmp.isEmpty(left)) return { changed: null, place };
  return { changed: Buffer.concat([body.subarray(0, XMP.length), Buffer.from(left)]), place };
}

function segment(marker: number, body: Uint8Array): Buffer {
  const length = body.length + 2;
  return Buffer.concat([Buffer.of(0xff, marker, length >> 8, length & 0xff), body]);
}

/** A box of JUMBF that is C2PA's, or goes on with one (ISO/IEC 19566-5, annex D: "JP", an instance, a number, the box). */
function isC2pa(body: Uint8Array): boolean {
  return begins(body, 'JP') && Buffer.from(body.subarray(0, 64)).includes('jumb');
}

/** XMP of JPEGs should be UTF-8, and old writers' is UTF-16 all the same. What is edited is written in UTF-8. */
function textOf(bytes: Uint8Array): string {
  const start = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const encoding =
    start === 0x003c || start === 0xfeff
      ? 'utf-16be'
      : start === 0x3c00 || start === 0xfffe
        ? 'utf-16le'
        : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

function begins(bytes: Uint8Array, name: string): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[i] !== name.charCodeAt(i)) return false;
  return true;
}
