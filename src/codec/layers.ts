/** One enhancement layer as the file holds it. */
export interface CodedLayer {
  readonly data: Uint8Array;
  /** Scale of the layer's content, as the family defines it; a float32. */
  readonly range: number;
}

export interface LayerOptions {
  /** At most so many layers. */
  readonly layers: number;
  /** The file's quality, 1…100: a family may code the finer, the higher it is. */
  readonly quality: number;
  readonly signal?: AbortSignal | undefined;
  /** Told the layer at work, counted from 1, and the share of it that is done. */
  readonly onProgress?: ((layer: number, fraction: number) => void) | undefined;
}
