import type { LinearPicture } from '../linear-picture.ts';

/** How a canvas shows light: two ways beyond SDR white, or within it by our own tone mapping. */
export type DisplayKind = 'webgpu-extended' | '2d-extended' | '2d-standard';

/** Draws pictures on one canvas, whose size becomes the picture's. */
export interface Renderer {
  readonly kind: DisplayKind;
  /** @param exposure in stops: light is multiplied by 2 to this power before anything else happens to it */
  draw(picture: LinearPicture, exposure: number): void;
  /** Whether what it draws with is gone, so that another must be chosen. */
  isLost?(): boolean;
}

/** Setting a canvas's size clears it, even to the size that it has. */
export function fit(canvas: HTMLCanvasElement, { width, height }: LinearPicture): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
