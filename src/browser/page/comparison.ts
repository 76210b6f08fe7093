import { display, isHighDynamicRange } from '../display/display.ts';
import type { LinearPicture } from '../linear-picture.ts';
import { find } from './elements.ts';
import { formatStops } from './format.ts';

const SVG = 'http://www.w3.org/2000/svg';
let filters = 0;

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
  readonly #exposureValue: HTMLOutputElement;
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
    this.#exposureValue = find(article, '[data-exposure-value]', HTMLOutputElement);
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
    this.#frame.style.aspectRatio = `${width} / ${height}`;
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
    this.#exposureValue.value = text;
    this.#exposure.ariaValueText = text;
    this.#image.style.filter = this.#filter.expose(this.#stops);
    this.#draw();
  }

  /** Once per frame of the screen, however often the slider moves. */
  #draw(): void {
    if (this.#drawing || this.#picture === undefined) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      void display(this.#canvas, this.#picture!, { exposure: this.#stops });
    });
  }

  /** The window came to a screen of another kind, and a canvas cannot change its kind of context. */
  #replaceCanvas(): void {
    const canvas = this.#canvas.cloneNode() as HTMLCanvasElement;
    this.#canvas.replaceWith(canvas);
    this.#canvas = canvas;
    this.#label();
    this.#draw();
  }

  #label(): void {
    const how = isHighDynamicRange() ? 'in HDR' : 'tone-mapped for this screen';
    this.#canvas.ariaLabel = `${this.#title}: the HDR decode, ${how}`;
  }
}

/** An SVG filter that multiplies linear light, which CSS's own `brightness()` does not. */
class ExposureFilter {
  readonly #id = `exposure-${++filters}`;
  readonly #functions: SVGElement[] = [];

  constructor(parent: HTMLElement) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('width', '0');
    svg.setAttribute('height', '0');
    svg.ariaHidden = 'true';
    const filter = svg.appendChild(document.createElementNS(SVG, 'filter'));
    filter.id = this.#id;
    filter.setAttribute('color-interpolation-filters', 'linearRGB');
    const transfer = filter.appendChild(document.createElementNS(SVG, 'feComponentTransfer'));
    for (const channel of ['feFuncR', 'feFuncG', 'feFuncB'] as const) {
      const transferFunction = transfer.appendChild(document.createElementNS(SVG, channel));
      transferFunction.setAttribute('type', 'linear');
      this.#functions.push(transferFunction);
    }
    parent.append(svg);
  }

  /** The value of the CSS property `filter` at an exposure in stops. */
  expose(stops: number): string {
    for (const transferFunction of this.#functions) {
      transferFunction.setAttribute('slope', String(2 ** stops));
    }
    return stops === 0 ? 'none' : `url(#${this.#id})`;
  }
}
