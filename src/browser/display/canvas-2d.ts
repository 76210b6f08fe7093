import { extendedRenderer } from './canvas-extended.ts';
import { standardRenderer } from './canvas-standard.ts';
import type { AnyCanvas, Canvas2dKind, Renderer } from './renderer.ts';

/** A 2D canvas's renderer; null if the canvas already has another context. */
export function renderer2d(canvas: AnyCanvas, kind: Canvas2dKind): Renderer | null {
  return kind === '2d-extended' ? extendedRenderer(canvas) : standardRenderer(canvas);
}
