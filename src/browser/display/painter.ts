import type { PaintRequest, PaintResponse } from './painter-protocol.ts';
import type { Canvas2dKind, Place, Renderer, ShownPicture } from './renderer.ts';

type WithoutId<Request> = Request extends unknown ? Omit<Request, 'id'> : never;

/**
 * Draws on canvases in a worker: handing a picture of a megapixel to a 2D canvas holds up the page of a slow device by 100 ms, in which
 * it does not scroll.
 */
export class Painter {
  readonly #worker: Worker;
  readonly #drawing = new Map<number, (drawn: boolean) => void>();
  readonly #canvases = new Set<number>();
  readonly #onIdle: () => void;
  #lastId = 0;
  #lose: () => void = () => undefined;
  /** Resolves when it draws no more: its script cannot be loaded, or it was closed. */
  readonly lost: Promise<void>;

  /**
   * @param script the worker's
   * @param onIdle told when the last canvas is gone
   */
  constructor(script: URL, onIdle: () => void) {
    this.#onIdle = onIdle;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    this.#worker = new Worker(script, { type: 'module', name: 'afterglow-painter' });
    this.#worker.addEventListener('message', ({ data: { id, drawn } }: MessageEvent<PaintResponse>) => {
      this.#settle(id, drawn);
    });
    this.#worker.addEventListener('error', (event) => {
      // The page draws instead: nobody else is to be told of it.
      event.preventDefault();
      this.close();
    });
  }

  get isIdle(): boolean {
    return this.#canvases.size === 0;
  }

  /**
   * A renderer of a canvas that has no context yet and will get none on the page. It takes pixels away from whoever has them drawn,
   * and its `draw` answers when the screen shows them.
   */
  renderer(canvas: HTMLCanvasElement, kind: Canvas2dKind): Renderer {
    const id = ++this.#lastId;
    this.#canvases.add(id);
    const offscreen = canvas.transferControlToOffscreen();
    this.#send(id, { type: 'canvas', canvas: offscreen, kind }, [offscreen]);
    return {
      kind,
      lost: this.lost,
      draw: (picture, exposure, place) => this.#draw(id, picture, exposure, place),
      release: () => {
        this.#release(id);
      },
    };
  }

  /** Ends the worker; what it draws is answered as not drawn. */
  close(): void {
    this.#worker.terminate();
    this.#lose();
    for (const id of this.#drawing.keys()) this.#settle(id, false);
  }

  #draw(id: number, picture: ShownPicture, exposure: number, place: Place | undefined): Promise<boolean> {
    this.#send(id, { type: 'draw', picture, exposure, place }, [picture.data.buffer]);
    return new Promise((resolve) => {
      this.#drawing.set(id, resolve);
    });
  }

  #release(id: number): void {
    if (!this.#canvases.delete(id)) return;
    this.#send(id, { type: 'release' });
    this.#settle(id, false);
    if (this.isIdle) this.#onIdle();
  }

  #settle(id: number, drawn: boolean): void {
    this.#drawing.get(id)?.(drawn);
    this.#drawing.delete(id);
  }

  #send(id: number, request: WithoutId<PaintRequest>, transfer: Transferable[] = []): void {
    this.#worker.postMessage({ ...request, id }, transfer);
  }
}
