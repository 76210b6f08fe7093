import type { InverseToneCurve } from './itmo.ts';
import type { SdrPicture } from './picture.ts';
import type { Planes, Rect } from './planes.ts';

// What every model family is asked and answers; `families.ts` finds the family's own code.

/** What a decoder starts from. It may keep and change `prediction`. */
export interface FamilyInput {
  readonly width: number;
  readonly height: number;
  /** The base, decoded. */
  readonly base: SdrPicture;
  /** The base's bytes: its quantisation tables are in them. */
  readonly jpeg: Uint8Array;
  readonly inverseToneCurve: InverseToneCurve;
  /** PQ planes (3, h, w) of the inverse tone-mapped base. */
  readonly prediction: Float32Array;
}

/** A part of the picture as it is before any layer. */
export interface RestoredTile {
  readonly at: Rect;
  /** PQ planes (3, at.height, at.width) in [0, 1]. */
  readonly planes: Planes;
}

export interface RestoreOptions {
  readonly signal?: AbortSignal | undefined;
  /** What is looked at, in pixels, or null: asked before each tile, the next is then the one nearest to it. */
  readonly focus?: (() => Promise<Rect | null>) | undefined;
  readonly onTile?: ((tile: RestoredTile) => void) | undefined;
}

/** What a family makes of a base and the layers that follow it. */
export interface FamilyDecoder {
  /** Whether post-processing changes a picture that has layers. */
  readonly postProcesses: boolean;
  /**
   * Computes what the layers are added to, for families whose network restores the base: otherwise the first layer or picture does
   * it. Throws the signal's reason when aborted.
   */
  restore?(options: RestoreOptions): Promise<void>;
  /**
   * Takes the next layer; its bytes have passed their checksum. Throws CodecError; the signal's reason when aborted.
   *
   * @param range the layer's, from the header
   */
  addLayer(data: Uint8Array, range: number, signal?: AbortSignal): Promise<void>;
  /** The picture of the layers so far: PQ planes (3, H, W) clamped to [0, 1], H and W at least the picture's. */
  picture(options: { post: boolean; signal?: AbortSignal | undefined }): Promise<Planes>;
}
