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
  /** Halo around the core that each network must see, so that a tile gives what the whole picture would give. */
  readonly overlap: { readonly encoder: number; readonly decoder: number; readonly post: number };
}

export interface ModelDescription {
  /** Id in the manifest, for instance `han2020`. */
  readonly id: string;
  /** SHA-256 over the SHA-256 digests (32 bytes each) of encoder, decoder and post, in this order. */
  readonly digest: Uint8Array;
  /** Channels of the binary code: 32. */
  readonly codeChannels: number;
  /** Pixels of the picture per code position, along one side: 16. */
  readonly stride: number;
  readonly geometry: TileGeometry;
}

/** A model's three networks. Residuals are in [−1, 1], pictures PQ-encoded in [0, 1]; h and w are multiples of `stride`. */
export interface Networks {
  readonly model: ModelDescription;
  /** residual [n, 3, h, w] → code in [0, 1], [n, 32, h/16, w/16] */
  encode(residual: Tensor): Promise<Tensor>;
  /** code in {0, 1} [n, 32, h/16, w/16] → residual [n, 3, h, w] */
  decode(code: Tensor): Promise<Tensor>;
  /** picture [n, 3, h, w] → [n, 3, h, w] */
  post(picture: Tensor): Promise<Tensor>;
}
