import type { SdrPicture } from './picture.ts';
import type { JpegCoder } from './jpeg-coder.ts';
import type { Networks } from './networks.ts';

/** What the codec is given from outside. */
export interface CodecParts {
  /** May be null only where no layer is coded or decoded: an encoded file then names no model, a decoded one is its base. */
  readonly networks: Networks | null;
  readonly jpeg: JpegCoder;
}

/** Decoding needs no JPEG encoder: a browser has none. */
export interface DecodeParts {
  readonly networks: Networks | null;
  readonly jpeg: Pick<JpegCoder, 'decode'>;
}

export interface EncodeOptions {
  /** Of the whole file, 1…100: how near the picture with all of its layers comes. */
  readonly quality?: number;
  /**
   * What the base looks like at least, by itself, as a JPEG's quality: 1…100. Where absent the base has what the whole file needs of
   * it, which is little: layers say the same in fewer bytes, but to HDR clients alone.
   */
  readonly sdrQuality?: number;
  /**
   * Enhancement layers, 0…32; the file has fewer when there is nothing left to code. Without any the header still names the
   * model, which post-processes the base.
   */
  readonly layers?: number;
  /** The photographer's own SDR JPEG, as it is shown of the same size: it becomes the base byte for byte, and may be one that Exif turns. */
  readonly baseJpeg?: Uint8Array;
  readonly tmo?: 'mai' | 'reinhard';
  /**
   * Stops by which the picture was made lighter. The tone mapper decides as it would have before, so that the base is lighter
   * too; else it would undo the change.
   */
  readonly exposure?: number;
  /** cd/m² per unit, over what the picture says of itself. */
  readonly nitsPerUnit?: number;
  /** Makes the gain-map part, for clients that decode no layers; there is none where absent. */
  readonly gainMap?: (base: GainMapBase) => Uint8Array | Promise<Uint8Array>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EncodeProgress) => void;
}

/** What a gain map starts from, and what it is to lead to: all of it, and so the map, lies as the base is stored. */
export interface GainMapBase {
  readonly jpeg: Uint8Array;
  /** The base as a decoder sees it. */
  readonly decoded: SdrPicture;
  /** (h, w, 3) interleaved linear light of the picture, BT.709 primaries, in units of `nitsPerUnit` cd/m². */
  readonly light: Float32Array;
  readonly nitsPerUnit: number;
  /** log2(peak / 203 cd/m²), in stops. */
  readonly headroom: number;
  /** 1…100 */
  readonly quality: number;
}

export interface EncodeProgress {
  readonly stage: 'base' | 'layer';
  /** The layer at work, counted from 1; 0 while the base is made. */
  readonly layer: number;
  readonly of: number;
  /** Share of this stage that is done, 0…1. */
  readonly fraction: number;
}

export interface DecodeOptions {
  /** At most so many layers; all that are whole if absent. */
  readonly layers?: number;
  /**
   * Whether the post-processing network runs, where there are networks; true if absent. The layers of glow2026 stand on
   * what its network makes of the base: with any of them it runs in either case, and `false` shows the plain inverse
   * tone-mapped base only where no layer is decoded.
   */
  readonly post?: boolean;
  readonly signal?: AbortSignal;
}
