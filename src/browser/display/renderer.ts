import type { LinearPicture } from '../linear-picture.ts';
import type { ExtendedOutput, StandardOutput } from '../protocol.ts';

/** How a canvas shows light: two ways beyond SDR white, or within it by our own tone mapping. */
export type Canvas2dKind = '2d-extended' | '2d-standard';
export type CanvasKind = 'webgpu-extended' | Canvas2dKind;
/** Where no canvas exceeds SDR white, an image may: an Ultra HDR JPEG made of the decoded picture. */
export type DisplayKind = CanvasKind | 'ultra-hdr-image';

/** Of the page, or of a worker. */
export type AnyCanvas = HTMLCanvasElement | OffscreenCanvas;
export type Context2d = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export type ShownPicture = LinearPicture | StandardOutput | ExtendedOutput;

/** Where on the canvas a part of a picture is, and what size the whole has; pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Draws pictures on one canvas, whose size becomes the picture's. */
export interface Renderer {
  readonly kind: CanvasKind;
  /**
   * Answers false for a picture in another canvas's form, or that cannot be drawn here.
   *
   * @param exposure in stops: light is multiplied by 2 to this power before anything else happens to it; a picture in its
   *   canvas's form has been exposed already
   * @param place of a part; nothing is drawn elsewhere. Only 2D canvases draw parts.
   */
  draw(picture: ShownPicture, exposure: number, place?: Place): boolean | Promise<boolean>;
  /** Gives the canvas's memory back; it is not drawn on again. */
  release(): void;
  /** Whether what it draws with is gone, so that another must be chosen. */
  isLost?(): boolean;
  /** Resolves when that happens; what was shown is gone with it. */
  readonly lost?: Promise<void>;
}

/** Setting a canvas's size clears it, even to the size that it has. */
export function fit(canvas: AnyCanvas, { width, height }: Pick<Place, 'width' | 'height'>): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** A canvas without a size gives its memory back at once, not when it is collected. */
export function releaseCanvas(canvas: AnyCanvas): void {
  canvas.width = 0;
  canvas.height = 0;
}
