import type { LinearPicture } from '../linear-picture.ts';
import { renderer2d } from './canvas-2d.ts';
import { hasExtendedCanvas } from './canvas-extended.ts';
import type { Canvas2dKind, CanvasKind, DisplayKind, Renderer, ShownPicture } from './renderer.ts';
import { extendedDevice, webgpuRenderer } from './webgpu.ts';

export interface DisplayOptions {
  /** Stops; 0 if absent. */
  readonly exposure?: number | undefined;
}

/** A canvas keeps the kind of context that it was first given. */
const renderers = new WeakMap<HTMLCanvasElement, Promise<Renderer>>();

/**
 * Shows a picture on a canvas in the best way that screen and browser have, and answers which that is. The choice is made
 * once per canvas: after `isHighDynamicRange` has changed, a new canvas is chosen for anew. Throws an Error if the canvas
 * has another kind of context already, or lost its device and there is no other; a new canvas helps then, too.
 */
export async function display(
  canvas: HTMLCanvasElement,
  picture: LinearPicture,
  { exposure = 0 }: DisplayOptions = {},
): Promise<DisplayKind> {
  let renderer = await (renderers.get(canvas) ?? choose(canvas, picture));
  if (renderer.isLost?.() === true) renderer = await choose(canvas, picture);
  await renderer.draw(picture, exposure);
  return renderer.kind;
}

function choose(canvas: HTMLCanvasElement, picture: LinearPicture): Promise<Renderer> {
  const renderer = bestRenderer(canvas, picture);
  renderers.set(canvas, renderer);
  return renderer;
}

/** Whether the screen that shows the page now can exceed SDR white. */
export function isHighDynamicRange(): boolean {
  return matchMedia('(dynamic-range: high)').matches;
}

type Size = Pick<ShownPicture, 'width' | 'height'>;

/** What kind of canvas shows most light in this browser, if the picture is not too large for it. */
export async function bestCanvasKind(): Promise<CanvasKind> {
  if ((await extendedDevice({ width: 1, height: 1 })) !== null) return 'webgpu-extended';
  return hasExtendedCanvas() ? '2d-extended' : '2d-standard';
}

/**
 * A canvas's renderer, chosen for pictures of this size. Throws an Error for a canvas that has another context.
 *
 * @param draw2d makes it where WebGPU does not draw
 */
export async function bestRenderer(
  canvas: HTMLCanvasElement,
  size: Size,
  extended = isHighDynamicRange(),
  draw2d: (canvas: HTMLCanvasElement, kind: Canvas2dKind) => Renderer | null = renderer2d,
): Promise<Renderer> {
  const gpu = extended ? await extendedDevice(size) : null;
  const renderer =
    (gpu === null ? null : webgpuRenderer(canvas, gpu)) ??
    draw2d(canvas, extended && hasExtendedCanvas() ? '2d-extended' : '2d-standard');
  if (renderer === null) throw new Error('The canvas cannot be drawn on: it already has another context.');
  return renderer;
}
