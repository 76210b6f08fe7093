import { renderer2d } from './canvas-2d.ts';
import type { PaintRequest, PaintResponse } from './painter-protocol.ts';
import type { Renderer } from './renderer.ts';

/** The module worker that draws on 2D canvases: `painter-protocol.ts` says what it is told and what it answers. */

/** Milliseconds after which a canvas counts as shown where the screen asks for no frames: a hidden page's. */
const HIDDEN = 100;

type DrawRequest = Extract<PaintRequest, { type: 'draw' }>;

const renderers = new Map<number, Renderer | null>();

self.addEventListener('message', ({ data }: MessageEvent<PaintRequest>) => {
  if (data.type === 'canvas') renderers.set(data.id, renderer2d(data.canvas, data.kind));
  else if (data.type === 'draw') void draw(data);
  else {
    renderers.get(data.id)?.release();
    renderers.delete(data.id);
  }
});

async function draw({ id, picture, exposure, place }: DrawRequest): Promise<void> {
  const renderer = renderers.get(id);
  let drawn = false;
  try {
    drawn = (await renderer?.draw(picture, exposure, place)) === true;
    if (drawn) await shown();
  } catch {
    // A canvas too large for this device, for one: it is answered for, and what was shown stays.
  }
  const response: PaintResponse = { id, drawn };
  self.postMessage(response);
}

/** What a worker has drawn reaches the screen with its next frame. */
function shown(): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      resolve();
    };
    if ('requestAnimationFrame' in self) requestAnimationFrame(done);
    setTimeout(done, HIDDEN);
  });
}
