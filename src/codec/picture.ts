/** Colour primaries of linear light, by the names of CSS; the codes are those of ITU-T H.273, table 2. */
export const PRIMARIES = { bt709: 1, bt2020: 9, 'display-p3': 12 } as const;
export type Primaries = keyof typeof PRIMARIES;

/** An HDR picture in linear light. */
export interface HdrPicture {
  readonly width: number;
  readonly height: number;
  /** (h, w, 3) interleaved R G B, top row first, in linear units of `nitsPerUnit`. */
  readonly data: Float32Array;
  readonly primaries: Primaries;
  /** cd/m² that one unit stands for; null where the file does not say (OpenEXR, Radiance, PFM). */
  readonly nitsPerUnit: number | null;
}

/** An SDR picture as a JPEG holds it: sRGB code values. */
export interface SdrPicture {
  readonly width: number;
  readonly height: number;
  /** (h, w, 3) interleaved R G B, top row first, code values 0…255. */
  readonly data: Uint8Array;
}
