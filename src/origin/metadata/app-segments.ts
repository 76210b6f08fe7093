/** The segments of a JPEG that metadata are in, and the names that begin them. */
export const [APP1, APP2, APP11, APP13] = [0xe1, 0xe2, 0xeb, 0xed] as const;
export const EXIF = 'Exif\0\0';
export const XMP = 'http://ns.adobe.com/xap/1.0/\0';
/** XMP, part 3, 1.1.3.1. */
export const EXTENDED_XMP = 'http://ns.adobe.com/xmp/extension/\0';
export const PHOTOSHOP = 'Photoshop 3.0\0';

/** The length of a segment counts its own two bytes and fits into 16 bits (T.81, B.1.1.4). */
export const MOST_BYTES = 65_533;

export function begins(bytes: Uint8Array, name: string): boolean {
  for (let i = 0; i < name.length; i++) if (bytes[i] !== name.charCodeAt(i)) return false;
  return true;
}

/** @param body of no more than `MOST_BYTES` */
export function segmentOf(marker: number, body: Uint8Array): Buffer {
  const length = body.length + 2;
  return Buffer.concat([Buffer.of(0xff, marker, length >> 8, length & 0xff), body]);
}
