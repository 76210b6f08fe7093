import type { LinearPicture } from '../linear-picture.ts';
import { CanvasView } from './canvas-view.ts';
import { find } from './elements.ts';
import type { EqualBytes } from './equal-bytes.ts';
import { ExposureFilter } from './exposure-filter.ts';
import { drawFalseColours } from './false-colour.ts';
import { formatBytes, formatLayers, formatStops } from './format.ts';

/** What lies left and right of the divider. */
export type View = 'hdr' | 'equal-bytes' | 'luminance';

/**
 * A picture's frame: left of a divider the SDR JPEG or the Ultra HDR JPEG, right of it the HDR decode or a map of its luminance, and
 * one exposure for all light, so that what the JPEG has clipped shows.
 */
export class Comparison {
  readonly #frame: HTMLElement;
  readonly #image: HTMLImageElement;
  readonly #right: CanvasView;
  readonly #left: CanvasView;
  readonly #map: HTMLCanvasElement;
  readonly #wipe: HTMLInputElement;
  readonly #exposure: HTMLInputElement;
  readonly #exposureValue: HTMLElement;
  readonly #leftChip: HTMLElement;
  readonly #rightChip: HTMLElement;
  readonly #filter: ExposureFilter;
  readonly #title: string;
  #picture: LinearPicture | undefined;
  #equal: EqualBytes | undefined;
  #view: View = 'hdr';

  constructor(article: HTMLElement, title: string) {
    this.#title = title;
    this.#frame = find(article, '[data-frame]', HTMLElement);
    this.#image = find(article, 'img', HTMLImageElement);
    this.#right = new CanvasView(find(article, '[data-right]', HTMLCanvasElement));
    this.#left = new CanvasView(find(article, '[data-left]', HTMLCanvasElement));
    this.#map = find(article, '[data-map]', HTMLCanvasElement);
    this.#wipe = find(article, '.wipe', HTMLInputElement);
    this.#exposure = find(article, '[data-exposure]', HTMLInputElement);
    this.#exposureValue = find(article, '[data-exposure-value]', HTMLElement);
    this.#leftChip = find(article, '[data-left-chip]', HTMLElement);
    this.#rightChip = find(article, '[data-right-chip]', HTMLElement);
    this.#filter = new ExposureFilter(this.#frame);
    this.#image.alt = `${title}: the SDR JPEG`;
    this.#map.ariaLabel = `${title}: a map of its luminance in false colours, of which the histogram is the legend`;
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
    for (const name of ['.wipe', '[data-divider]', '[data-right-chip]']) {
      find(this.#frame, name, HTMLElement).hidden = false;
    }
    this.#divide();
    this.#arrange();
  }

  /** `equal-bytes` needs its two pictures. */
  show(view: View, equal?: EqualBytes): void {
    this.#view = view;
    this.#equal = equal;
    this.#arrange();
  }

  #arrange(): void {
    if (this.#picture === undefined) return;
    this.#map.hidden = this.#view !== 'luminance';
    this.#left.hidden = this.#view !== 'equal-bytes';
    this.#right.hidden = this.#view === 'luminance';
    if (this.#view === 'luminance') drawFalseColours(this.#map, this.#picture);
    this.#label();
    this.#draw();
  }

  #divide(): void {
    this.#frame.style.setProperty('--divide', `${this.#wipe.value}%`);
    this.#wipe.ariaValueText = `${Math.round(this.#wipe.valueAsNumber)} % ${this.#sides[0]}`;
  }

  #expose(): void {
    const text = formatStops(this.#exposure.valueAsNumber);
    this.#exposureValue.textContent = text;
    this.#exposure.ariaValueText = text;
    this.#image.style.filter = this.#filter.expose(this.#exposure.valueAsNumber);
    this.#draw();
  }

  #draw(): void {
    const stops = this.#exposure.valueAsNumber;
    this.#right.show(this.#equal?.afterglow.picture ?? this.#picture, stops);
    this.#left.show(this.#equal?.ultraHdr.picture, stops);
  }

  get #sides(): readonly [string, string] {
    if (this.#view === 'luminance') return ['SDR JPEG', 'Luminance'];
    if (this.#equal === undefined) return ['SDR JPEG', 'HDR decode'];
    return ['Ultra HDR', 'Afterglow'];
  }

  #label(): void {
    const [left, right] = this.#sides;
    const equal = this.#equal;
    this.#leftChip.textContent =
      equal === undefined ? left : `${left} · ${formatBytes(equal.ultraHdr.bytes)}`;
    this.#rightChip.textContent =
      equal === undefined
        ? right
        : `${right}, ${formatLayers(equal.afterglow.layers)} · ${formatBytes(equal.afterglow.bytes)}`;
    this.#right.label = `${this.#title}: the HDR decode`;
    this.#left.label = `${this.#title}: the Ultra HDR JPEG`;
    this.#wipe.ariaLabel = `Divider between ${left} and ${right} of ${this.#title}`;
    this.#wipe.ariaValueText = `${Math.round(this.#wipe.valueAsNumber)} % ${left}`;
  }
}
