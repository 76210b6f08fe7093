/** A float32 NCHW tensor. */
export interface Tensor {
  readonly data: Float32Array;
  /** [n, channels, h, w] */
  readonly dims: readonly [number, number, number, number];
}

/** How pictures are cut for a model: see `models/manifest.json`. All in pixels, multiples of `stride`. */
export interface TileGeometry {
  /** Side of a tile's core: what it alone contributes to the picture. */
  readonly tile: number;
  /**
   * Halo around the core that each network must see, so that a tile gives what the whole picture would give. `post` is
   * that of the network that restores pictures: glow2026 has no other, and 0 for the rest.
   */
  readonly overlap: { readonly encoder: number; readonly decoder: number; readonly post: number };
}

interface CommonDescription {
  /** Id in the manifest, for instance `han2020`. */
  readonly id: string;
  /** SHA-256 over the SHA-256 digests (32 bytes each) of the family's networks, in the family's order. */
  readonly digest: Uint8Array;
  /** What the sides of all that the networks see are multiples of, in pixels. */
  readonly stride: number;
  readonly geometry: TileGeometry;
}

export interface Han2020Description extends CommonDescription {
  readonly family: 'han2020';
  /** Channels of the binary code: 32. There is one code position per `stride` × `stride` pixels. */
  readonly codeChannels: number;
}

export interface Glow2026Description extends CommonDescription {
  readonly family: 'glow2026';
}

/** What the codec must know of a model: `family` says how its networks are used, and so what its layers hold. */
export type ModelDescription = Han2020Description | Glow2026Description;
export type Family = ModelDescription['family'];

/**
 * Han et al. 2020: an autoencoder of residuals, and post-processing. Residuals are in [−1, 1], pictures PQ-encoded in
 * [0, 1]; h and w are multiples of `stride`.
 */
export interface Han2020Networks {
  readonly family: 'han2020';
  readonly model: Han2020Description;
  /** residual [n, 3, h, w] → code in [0, 1], [n, 32, h/16, w/16] */
  encode(residual: Tensor): Promise<Tensor>;
  /** code in {0, 1} [n, 32, h/16, w/16] → residual [n, 3, h, w] */
  decode(code: Tensor): Promise<Tensor>;
  /** picture [n, 3, h, w] → [n, 3, h, w] */
  post(picture: Tensor): Promise<Tensor>;
}

/** One network that restores the base before its layers: these refine what it answers, without a network. */
export interface Glow2026Networks {
  readonly family: 'glow2026';
  readonly model: Glow2026Description;
  /** How many tiles it computes at once, if more than one. */
  readonly lanes?: number;
  /**
   * picture [n, 3, h, w], the inverse tone-mapped base, and noise [n, 3, h, w], the quantisation error to expect in it →
   * restored picture [n, 3, h, w]; all in PQ, h and w multiples of 8
   */
  enhance(picture: Tensor, noise: Tensor): Promise<Tensor>;
}

/** A model's networks. */
export type Networks = Han2020Networks | Glow2026Networks;
