import { bestRenderer } from '../display/display.ts';
import { Painter } from '../display/painter.ts';
import { renderer2d } from '../display/canvas-2d.ts';
import type { Canvas2dKind, Renderer, ShownPicture } from '../display/renderer.ts';
import { besideDecoder } from './shared-decoder.ts';

/** Milliseconds after which a worker that nobody needs gives its memory back. */
const IDLE = 15_000;

let shared: Painter | undefined;
let idle: ReturnType<typeof setTimeout> | undefined;
/** Set when the worker failed: from then on the page draws by itself. */
let withoutWorker = false;

/** How an element shows light: by WebGPU, or in the one worker that draws on the 2D canvases of all elements. */
export function elementRenderer(
  canvas: HTMLCanvasElement,
  size: Pick<ShownPicture, 'width' | 'height'>,
): Promise<Renderer> {
  return bestRenderer(canvas, size, true, draw2d);
}

function draw2d(canvas: HTMLCanvasElement, kind: Canvas2dKind): Renderer | null {
  if (withoutWorker || !('transferControlToOffscreen' in canvas)) return renderer2d(canvas, kind);
  clearTimeout(idle);
  try {
    shared ??= start();
  } catch {
    // A script that the browser does not even try, as one of another host.
    withoutWorker = true;
    return renderer2d(canvas, kind);
  }
  return shared.renderer(canvas, kind);
}

function start(): Painter {
  const painter = new Painter(besideDecoder('painter-worker.js'), () => {
    clearTimeout(idle);
    idle = setTimeout(() => {
      shared = undefined;
      painter.close();
    }, IDLE);
  });
  void painter.lost.then(() => {
    if (shared !== painter) return;
    shared = undefined;
    withoutWorker = true;
  });
  return painter;
}
