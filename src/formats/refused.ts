import { isHeif } from './avif/brands.ts';
import { CAMERA_RAW, isCameraRaw } from './tiff/camera-raw.ts';

/** Picture formats that are known and not read: who uploads one should be told what to do, and not that it is no picture. */
export const REFUSED: readonly {
  readonly sniff: (bytes: Uint8Array) => boolean;
  readonly message: string;
}[] = [
  {
    sniff: isHeif,
    message:
      'HEIC and HEIF pictures are not read but for AVIF; save the picture as AVIF, or as JPEG with its gain map',
  },
  {
    sniff: (bytes) => begins(bytes, 'GIF8'),
    message: 'GIF is not read; save the picture as PNG or WebP',
  },
  {
    sniff: (bytes) => begins(bytes, '\0\0\0\x0cjP  ') || begins(bytes, '\xff\x4f\xff\x51'),
    message: 'JPEG 2000 is not read; save the picture as TIFF or PNG of 16 bits',
  },
  {
    sniff: isCameraRaw,
    message: CAMERA_RAW,
  },
  {
    sniff: (bytes) => begins(bytes, 'II\xbc\x01'),
    message: 'JPEG XR is not read; save the picture as OpenEXR, AVIF or PNG',
  },
];

function begins(bytes: Uint8Array, text: string): boolean {
  return Array.from(text).every((character, i) => bytes[i] === character.charCodeAt(0));
}
