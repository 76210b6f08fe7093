import { DecodeError } from '../error-report.ts';
import { parseDynamicRange, wantsLayers, type DynamicRange } from './dynamic-range.ts';
import type { LayerShown } from './enhancement.ts';
import { Frame } from './frame.ts';
import { Session } from './session.ts';

/** Within so much of the viewport around it, pictures have their light. */
const NEAR = '50%';
/** What the element passes on to its image as it is. */
const PASSED_ON = ['alt', 'decoding', 'crossorigin', 'referrerpolicy', 'fetchpriority'] as const;
/** What its image loads. An element with neither `src` nor `srcset` leaves it to the image that a server wrote. */
const CHOOSING = ['sizes', 'srcset', 'loading', 'src'] as const;

export interface HdrImageEventMap {
  layer: CustomEvent<LayerShown>;
}

/** On servers the module is imported, but no element is made. */
const Base =
  (globalThis as { HTMLElement?: typeof HTMLElement }).HTMLElement ??
  (Object as unknown as typeof HTMLElement);

/**
 * `<hdr-image src alt>`: an `<img>` whose picture has more light where the screen shows it. On other screens it is an `<img>`
 * and nothing else. Events, which do not bubble: `load` when the base is there, `layer` for every picture that is better than
 * the one before, and `error` (an ErrorEvent whose `error` has a stable `code`), after which what was shown stays.
 */
export class HdrImage extends Base {
  static readonly observedAttributes = ['width', 'height', 'dynamic-range', ...PASSED_ON, ...CHOOSING];

  #frame: Frame | undefined;
  #session: Session | undefined;
  #observer: IntersectionObserver | undefined;
  #near = false;
  #updating = false;
  /** Whether the element has said what its image loads. */
  #chooses = false;
  readonly #onScreen = (): void => {
    this.#update();
  };

  get src(): string {
    const written = this.getAttribute('src');
    return written === null ? '' : new URL(written, document.baseURI).href;
  }
  set src(value: string) {
    this.setAttribute('src', value);
  }
  get srcset(): string {
    return this.getAttribute('srcset') ?? '';
  }
  set srcset(value: string) {
    this.setAttribute('srcset', value);
  }
  get sizes(): string {
    return this.getAttribute('sizes') ?? '';
  }
  set sizes(value: string) {
    this.setAttribute('sizes', value);
  }
  get alt(): string {
    return this.getAttribute('alt') ?? '';
  }
  set alt(value: string) {
    this.setAttribute('alt', value);
  }
  /** CSS pixels, as it is shown. */
  get width(): number {
    return this.isConnected ? this.clientWidth : (dimension(this.getAttribute('width')) ?? this.naturalWidth);
  }
  set width(value: number) {
    this.setAttribute('width', String(value));
  }
  get height(): number {
    return this.isConnected
      ? this.clientHeight
      : (dimension(this.getAttribute('height')) ?? this.naturalHeight);
  }
  set height(value: number) {
    this.setAttribute('height', String(value));
  }
  get loading(): 'eager' | 'lazy' {
    return this.getAttribute('loading') === 'lazy' ? 'lazy' : 'eager';
  }
  set loading(value: string) {
    this.setAttribute('loading', value);
  }
  get decoding(): 'async' | 'sync' | 'auto' {
    return this.#image.decoding;
  }
  set decoding(value: string) {
    this.setAttribute('decoding', value);
  }
  /** What the screen and the device decide without it. */
  get dynamicRange(): DynamicRange {
    return parseDynamicRange(this.getAttribute('dynamic-range'));
  }
  set dynamicRange(value: DynamicRange) {
    this.setAttribute('dynamic-range', value);
  }
  get naturalWidth(): number {
    return this.#image.naturalWidth;
  }
  get naturalHeight(): number {
    return this.#image.naturalHeight;
  }
  get currentSrc(): string {
    return this.#image.currentSrc;
  }
  get complete(): boolean {
    return !this.#updating && this.#image.complete;
  }

  /** Resolves when the base can be drawn. Rejects with an EncodingError, as of an `<img>`. */
  async decode(): Promise<void> {
    // What a script has just set is loaded from the next microtask on.
    await Promise.resolve();
    await this.#image.decode();
  }

  connectedCallback(): void {
    for (const name of ['src', 'srcset', 'sizes', 'alt', 'width', 'height', 'loading', 'dynamicRange']) {
      adopt(this, name);
    }
    matchMedia('(dynamic-range: high)').addEventListener('change', this.#onScreen);
    this.#observer = new IntersectionObserver(
      (entries) => {
        this.#move(entries.at(-1)!.isIntersecting);
      },
      { rootMargin: NEAR },
    );
    this.#observer.observe(this);
    this.#passOn();
    this.#update();
  }

  disconnectedCallback(): void {
    matchMedia('(dynamic-range: high)').removeEventListener('change', this.#onScreen);
    this.#observer?.disconnect();
    this.#near = false;
    this.#close();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.isConnected || before === now) return;
    if (name === 'dynamic-range' || (CHOOSING as readonly string[]).includes(name)) this.#update();
    else this.#passOn();
  }

  /** Made when it is first needed: a parser has read the element's children by then. */
  get #shown(): Frame {
    if (this.#frame !== undefined) return this.#frame;
    const frame = new Frame(this);
    frame.image.addEventListener('load', () => {
      this.dispatchEvent(new Event('load'));
      this.#update();
    });
    frame.image.addEventListener('error', () => {
      if (frame.image.getAttribute('src') === null && frame.image.getAttribute('srcset') === null) return;
      this.#fail(new DecodeError({ code: 'image_failed', message: 'The browser cannot show the picture.' }));
    });
    this.#frame = frame;
    return frame;
  }

  get #image(): HTMLImageElement {
    return this.#shown.image;
  }

  #passOn(): void {
    for (const name of PASSED_ON) pass(this, this.#image, name);
    this.#shown.reserve(dimension(this.getAttribute('width')), dimension(this.getAttribute('height')));
  }

  /** Once for all attributes that a script sets in a row, as an `<img>` does it (HTML, “await a stable state”). */
  #update(): void {
    if (this.#updating) return;
    this.#updating = true;
    queueMicrotask(() => {
      this.#updating = false;
      if (this.isConnected) this.#load();
    });
  }

  #load(): void {
    const image = this.#image;
    this.#chooses ||= this.hasAttribute('src') || this.hasAttribute('srcset');
    if (this.#chooses) for (const name of CHOOSING) pass(this, image, name);
    const shown = image.complete && image.naturalWidth > 0 ? image.currentSrc : '';
    const url = wantsLayers(this, this.dynamicRange) ? shown : '';
    if (url === (this.#session?.url ?? '')) return;
    this.#close();
    if (url !== '') this.#begin(url, image);
  }

  #begin(url: string, { crossOrigin, referrerPolicy, fetchPriority }: HTMLImageElement): void {
    const options = { crossOrigin, referrerPolicy, priority: fetchPriority };
    this.#session = new Session(url, this.#shown, options, {
      onLayer: (detail) => {
        this.dispatchEvent(new CustomEvent('layer', { detail }));
      },
      onError: (error) => {
        this.#fail(error);
      },
    });
    this.#session.near = this.#near;
  }

  #move(near: boolean): void {
    this.#near = near;
    if (this.#session !== undefined) this.#session.near = near;
  }

  #close(): void {
    this.#session?.close();
    this.#session = undefined;
  }

  #fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.dispatchEvent(new ErrorEvent('error', { message, error }));
  }
}

/** Registers the element; more than once does no harm. */
export function defineHdrImage(name = 'hdr-image'): void {
  if (customElements.get(name) === undefined) customElements.define(name, HdrImage);
}

/** HTML's rules for dimension values, without percentages. */
function dimension(value: string | null): number | null {
  const found = /^\s*(\d+(?:\.\d+)?)/.exec(value ?? '');
  return found === null ? null : Number(found[1]);
}

function pass(from: Element, to: Element, name: string): void {
  const value = from.getAttribute(name);
  if (value === null) to.removeAttribute(name);
  else if (to.getAttribute(name) !== value) to.setAttribute(name, value);
}

/** A property that was set before the element was defined hides the accessor: set it again. */
function adopt(element: HTMLElement, name: string): void {
  if (!Object.hasOwn(element, name)) return;
  const value: unknown = Reflect.get(element, name);
  Reflect.deleteProperty(element, name);
  Reflect.set(element, name, value);
}

declare global {
  interface HTMLElementTagNameMap {
    'hdr-image': HdrImage;
  }
}
