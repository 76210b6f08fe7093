import { display } from '../display/display.ts';
import type { LinearPicture } from '../linear-picture.ts';

/** A canvas that shows light at an exposure, as well as screen and browser can, and lives through a change of either. */
export class CanvasView {
  #canvas: HTMLCanvasElement;
  #picture: LinearPicture | undefined;
  #exposure = 0;
  #drawing = false;
  #label = '';
  #how = '';

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    matchMedia('(dynamic-range: high)').addEventListener('change', () => {
      this.#replace(true);
    });
  }

  /** What it shows; how the light is shown is added to it. */
  set label(text: string) {
    this.#label = text;
    this.#canvas.ariaLabel = text + this.#how;
  }

  set hidden(hidden: boolean) {
    this.#canvas.hidden = hidden;
  }

  show(picture: LinearPicture | undefined, exposure: number): void {
    this.#picture = picture;
    this.#exposure = exposure;
    this.#draw();
  }

  /** Once per frame of the screen, however often a slider moves. A canvas that cannot be drawn on is replaced once. */
  #draw(mayReplace = true): void {
    if (this.#drawing || this.#picture === undefined) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      if (this.#picture === undefined) return;
      display(this.#canvas, this.#picture, { exposure: this.#exposure }).then(
        (kind) => {
          this.#how = kind === '2d-standard' ? ', tone-mapped for this screen' : ', in HDR';
          this.label = this.#label;
        },
        () => {
          if (mayReplace) this.#replace(false);
        },
      );
    });
  }

  /** A canvas cannot change its kind of context, when the window comes to another screen or a device is lost. */
  #replace(mayReplaceAgain: boolean): void {
    const canvas = this.#canvas.cloneNode() as HTMLCanvasElement;
    this.#canvas.replaceWith(canvas);
    this.#canvas = canvas;
    this.#draw(mayReplaceAgain);
  }
}
