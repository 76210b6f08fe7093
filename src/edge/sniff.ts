/**
 * How the files begin that may be pictures. It spares the origin what is no picture at all; which of them it reads,
 * whether the rest of a file keeps what its beginning promises, and what to save as instead, is the origin's to say.
 */
const BEGINNINGS: readonly { readonly at: number; readonly bytes: readonly number[] }[] = [
  { at: 0, bytes: [0x76, 0x2f, 0x31, 0x01] }, // OpenEXR
  { at: 0, bytes: [0x23, 0x3f] }, // Radiance: #?RADIANCE, #?RGBE
  { at: 0, bytes: [0x50, 0x46] }, // PFM, colour
  { at: 0, bytes: [0x50, 0x66] }, // PFM, grey
  { at: 0, bytes: [0xff, 0xd8, 0xff] }, // JPEG, which may have a gain map
  { at: 0, bytes: [0x89, 0x50, 0x4e, 0x47] }, // PNG
  { at: 8, bytes: [0x57, 0x45, 0x42, 0x50] }, // RIFF: WebP
  { at: 0, bytes: [0x49, 0x49, 0x2a, 0x00] }, // TIFF, little-endian
  { at: 0, bytes: [0x4d, 0x4d, 0x00, 0x2a] }, // TIFF, big-endian
  { at: 0, bytes: [0x49, 0x49, 0x2b, 0x00] }, // BigTIFF, little-endian
  { at: 0, bytes: [0x4d, 0x4d, 0x00, 0x2b] }, // BigTIFF, big-endian
  { at: 4, bytes: [0x66, 0x74, 0x79, 0x70] }, // ISO base media: AVIF, and HEIC, which the origin refuses by name
  { at: 0, bytes: [0xff, 0x0a] }, // JPEG XL, a bare codestream
  { at: 0, bytes: [0, 0, 0, 0x0c, 0x4a, 0x58, 0x4c, 0x20] }, // JPEG XL in boxes
  // What the origin refuses by name, too.
  { at: 0, bytes: [0x47, 0x49, 0x46, 0x38] }, // GIF
  { at: 0, bytes: [0, 0, 0, 0x0c, 0x6a, 0x50, 0x20, 0x20] }, // JPEG 2000 in boxes
  { at: 0, bytes: [0xff, 0x4f, 0xff, 0x51] }, // JPEG 2000, a bare codestream
  { at: 0, bytes: [0x49, 0x49, 0xbc, 0x01] }, // JPEG XR
];

/** Whether a file begins like one of a picture. */
export function looksLikePicture(start: Uint8Array): boolean {
  return BEGINNINGS.some(({ at, bytes }) => bytes.every((byte, i) => start[at + i] === byte));
}
