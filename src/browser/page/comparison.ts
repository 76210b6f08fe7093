import { display, isHighDynamicRange } from '../display/display.ts';
import type { LinearPicture } from '../linear-picture.ts';
import { find } from './elements.ts';
import { ExposureFilter } from './exposure-filter.ts';
import { formatStops } from './format.ts';

/**
 * A picture's frame: the SDR JPEG in an `<img>`, over it the HDR decode on a canvas that is clipped at a divider, and one
 * exposure for both, so that what the JPEG has clipped shows.
 */
export class Comparison {
  readonly #frame: HTMLElement;
  readonly #image: HTMLImageElement;
  #canvas: HTMLCanvasElement;
  readonly #wipe: HTMLInputElement;
  readonly #exposure: HTMLInputElement;
  readonly #exposureValue: HTMLElement;
  readonly #filter: ExposureFilter;
  readonly #title: string;
  #picture: LinearPicture | undefined;
  #drawing = false;

  constructor(article: HTMLElement, title: string) {
    this.#title = title;
    this.#frame = find(article, '[data-frame]', HTMLElement);
    this.#image = find(article, 'img', HTMLImageElement);
    this.#canvas = find(article, 'canvas', HTMLCanvasElement);
    this.#wipe = find(article, '.wipe', HTMLInputElement);
    this.#exposure = find(article, '[data-exposure]', HTMLInputElement);
    this.#exposureValue = find(article, '[data-exposure-value]', HTMLElement);
    this.#filter = new ExposureFilter(this.#frame);
    this.#image.alt = `${title}: the SDR JPEG`;
    this.#label();
    this.#wipe.ariaLabel = `Divider between the SDR JPEG and the HDR decode of ${title}`;
    this.#wipe.addEventListener('input', () => {
      this.#divide();
    });
    this.#exposure.addEventListener('input', () => {
      this.#expose();
    });
    this.#exposure.addEventListener('dblclick', () => {
      this.#exposure.value = '0';
      this.#expose();
    });
    matchMedia('(dynamic-range: high)').addEventListener('change', () => {
      this.#replaceCanvas();
    });
  }

  showSdr(url: string): void {
    this.#image.src = url;
  }

  /** Reserves the picture's place before its first pixel is there. */
  reserve(width: number, height: number): void {
    this.#frame.style.setProperty('--ratio', String(width / height));
  }

  showHdr(picture: LinearPicture): void {
    this.#picture = picture;
    for (const element of this.#frame.querySelectorAll<HTMLElement>('[hidden]')) element.hidden = false;
    this.#divide();
    this.#draw();
  }

  get #stops(): number {
    return this.#exposure.valueAsNumber;
  }

  #divide(): void {
    this.#frame.style.setProperty('--divide', `${this.#wipe.value}%`);
    this.#wipe.ariaValueText = `${Math.round(this.#wipe.valueAsNumber)} % SDR`;
  }

  #expose(): void {
    const text = formatStops(this.#stops);
    this.#exposureValue.textContent = text;
    this.#exposure.ariaValueText = text;
    this.#image.style.filter = this.#filter.expose(this.#stops);
    this.#draw();
  }

  /** Once per frame of the screen, however often the slider moves. A canvas that cannot be drawn on is replaced once. */
  #draw(mayReplace = true): void {
    if (this.#drawing || this.#picture === undefined) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      display(this.#canvas, this.#picture!, { exposure: this.#stops }).catch(() => {
        if (mayReplace) this.#replaceCanvas(false);
      });
    });
  }

  /** A canvas cannot change its kind of context, when the window comes to another screen or a device is lost. */
  #replaceCanvas(mayReplaceAgain = true): void {
    const canvas = this.#canvas.cloneNode() as HTMLCanvasElement;
    this.#canvas.replaceWith(canvas);
    this.#canvas = canvas;
    this.#label();
    this.#draw(mayReplaceAgain);
  }

  #label(): void {
    const how = isHighDynamicRange() ? 'in HDR' : 'tone-mapped for this screen';
    this.#canvas.ariaLabel = `${this.#title}: the HDR decode, ${how}`;
  }
}
