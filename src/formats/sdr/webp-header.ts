import { damaged } from '../errors.ts';
import type { PictureSize } from '../limits.ts';

/** Where the chunk after VP8X begins. */
const PROFILE = 30;

/** Of a WebP's first chunk (RFC 9649, 2.5 to 2.7; RFC 6386, 9.1). @throws FormatError `damaged` */
export function webpSize(bytes: Uint8Array): PictureSize {
  if (bytes.length < 30) throw damaged('the WebP ends before its header does');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (String.fromCharCode(...bytes.subarray(12, 16))) {
    case 'VP8X':
      return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
    case 'VP8L': {
      const sizes = view.getUint32(21, true);
      return { width: 1 + (sizes & 0x3fff), height: 1 + ((sizes >>> 14) & 0x3fff) };
    }
    case 'VP8 ':
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
    default:
      throw damaged('the WebP does not begin with a picture');
  }
}

/** The ICC profile, which comes first of the chunks after that of an extended file (RFC 9649, 2.7.1.4); null where there is none. */
export function webpProfile(bytes: Uint8Array): Uint8Array | null {
  const name = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < PROFILE + 8 || name(12) !== 'VP8X' || name(PROFILE) !== 'ICCP') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.subarray(PROFILE + 8, PROFILE + 8 + view.getUint32(PROFILE + 4, true));
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
