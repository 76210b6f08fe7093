import type { SdrPicture } from './picture.ts';

export interface JpegOptions {
  /** JPEG quality, 1…100. */
  readonly quality: number;
  readonly chroma: '4:2:0' | '4:4:4';
}

/**
 * JPEG coding, injected from outside because the codec has no platform. Every implementation decodes with
 * libjpeg-turbo's arithmetic (accurate integer DCT, fancy upsampling), so that all of them give the same bytes.
 */
export interface JpegCoder {
  /** Encodes with mozjpeg. */
  encode(picture: SdrPicture, options: JpegOptions): Promise<Uint8Array>;
  /** Decodes to R G B, whatever the JPEG's own components; embedded profiles and EXIF orientation are not applied. */
  decode(jpeg: Uint8Array): Promise<SdrPicture>;
}
