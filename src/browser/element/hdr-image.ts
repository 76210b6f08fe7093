import { codedError, DecodeError } from '../error-report.ts';
import { nextTask } from '../next-task.ts';
import { wantsLayers } from './dynamic-range.ts';
import type { LayerShown } from './enhancement.ts';
import { Frame } from './frame.ts';
import { HandedOn } from './handed-on.ts';
import { ImageLike, PROPERTIES } from './image-like.ts';
import { Session } from './session.ts';

/** Within so much of the viewport around it, pictures have their light. */
const NEAR = '50%';
/** What the element hands on to its image as it is. */
const HANDED_ON = ['alt', 'decoding', 'crossorigin', 'referrerpolicy', 'fetchpriority', 'loading'] as const;
/** What its image loads. An element with neither `src` nor `srcset` leaves it to the image that a server wrote. */
const CHOOSING = ['sizes', 'srcset', 'src'] as const;

export interface HdrImageEventMap extends HTMLElementEventMap {
  layer: CustomEvent<LayerShown>;
}

/** What listeners are told; nothing of it is there at run time. */
/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging -- what the interface declares HTMLElement has */
export interface HdrImage {
  addEventListener<Type extends keyof HdrImageEventMap>(
    type: Type,
    listener: (this: HdrImage, event: HdrImageEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof HdrImageEventMap>(
    type: Type,
    listener: (this: HdrImage, event: HdrImageEventMap[Type]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/**
 * `<hdr-image src alt>`: an `<img>` whose picture has more light where the screen shows it. On other screens it is an `<img>`
 * and nothing else. Events, which do not bubble: `load` when the base is there, `layer` for every picture that is better than
 * the one before, and `error` (an ErrorEvent whose `error` has a stable `code`), after which what was shown stays.
 */
export class HdrImage extends ImageLike {
  static readonly observedAttributes = ['width', 'height', 'dynamic-range', ...HANDED_ON, ...CHOOSING];

  #frame: Frame | undefined;
  #session: Session | undefined;
  #observer: IntersectionObserver | undefined;
  #near = false;
  #updating = false;
  /** Whether the element has said what its image loads. */
  #chooses = false;
  /** The image whose `load` has been told of. */
  #told: HTMLImageElement | undefined;
  readonly #handedOn = new HandedOn(this);
  readonly #onScreen = (): void => {
    this.#update();
  };

  get complete(): boolean {
    return !this.#updating && this.baseImage.complete;
  }

  connectedCallback(): void {
    // Moved within its document, it keeps all that it has.
    if (this.#observer !== undefined) return;
    for (const name of PROPERTIES) adopt(this, name);
    matchMedia('(dynamic-range: high)').addEventListener('change', this.#onScreen);
    this.#observer = new IntersectionObserver(
      (entries) => {
        this.#move(entries.at(-1)!.isIntersecting);
      },
      { rootMargin: NEAR },
    );
    this.#observer.observe(this);
    const { complete, naturalWidth } = this.baseImage;
    this.#handOn();
    this.#update();
    if (complete && naturalWidth > 0) void this.#catchUp(this.baseImage);
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.#leave();
    });
  }

  adoptedCallback(): void {
    this.#leave();
    this.#frame?.dress();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) {
      if (name === 'src' && now !== null) this.#reload(now);
    } else if (name === 'width' || name === 'height') this.#shown.reserve();
    else if ((HANDED_ON as readonly string[]).includes(name)) this.#handOn();
    else this.#update();
  }

  /** Made when it is first needed: an element that a script makes may have no tree yet. */
  get #shown(): Frame {
    return (this.#frame ??= new Frame(
      this,
      () => {
        this.#handOn();
        this.#update();
      },
      ({ type }) => {
        if (type === 'load') this.#onLoad();
        else this.#onError();
      },
    ));
  }

  protected override get baseImage(): HTMLImageElement {
    return this.#shown.image;
  }

  #onLoad(): void {
    this.#told = this.baseImage;
    this.#handOn();
    this.dispatchEvent(new Event('load'));
    this.#update();
  }

  #onError(): void {
    const image = this.baseImage;
    if (image.getAttribute('src') === null && image.getAttribute('srcset') === null) return;
    this.#handOn();
    this.#fail(new DecodeError({ code: 'image_failed', message: 'The browser cannot show the picture.' }));
    this.#update();
  }

  /** An image that had loaded before the element was defined is told of, too. */
  async #catchUp(image: HTMLImageElement): Promise<void> {
    await nextTask();
    if (image === this.baseImage && image.complete && this.#told !== image) this.#onLoad();
  }

  #handOn(): void {
    this.#handedOn.to(this.baseImage, HANDED_ON);
    this.#shown.reserve();
  }

  /** Once for all attributes that a script sets in a row, as an `<img>` does it (HTML, “await a stable state”). */
  #update(): void {
    if (this.#updating) return;
    this.#updating = true;
    queueMicrotask(() => {
      this.#updating = false;
      this.#load();
    });
  }

  #load(): void {
    const image = this.baseImage;
    this.#chooses ||= this.hasAttribute('src') || this.hasAttribute('srcset');
    if (this.#chooses) this.#handedOn.to(image, CHOOSING, true);
    const shown = image.complete && image.naturalWidth > 0 ? image.currentSrc : '';
    const url = this.isConnected && wantsLayers(this, this.dynamicRange) ? shown : '';
    if (url === (this.#session?.url ?? '')) return;
    this.#close();
    if (url !== '') this.#begin(url, image);
  }

  /** As for an `<img>`, to set `src` to what it is means to load it again. */
  #reload(src: string): void {
    this.#close();
    this.baseImage.setAttribute('src', src);
    this.#update();
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

  #leave(): void {
    matchMedia('(dynamic-range: high)').removeEventListener('change', this.#onScreen);
    this.#observer?.disconnect();
    this.#observer = undefined;
    this.#near = false;
    this.#close();
  }

  #close(): void {
    this.#session?.close();
    this.#session = undefined;
  }

  #fail(cause: unknown): void {
    const error = codedError(cause);
    this.dispatchEvent(new ErrorEvent('error', { message: error.message, error }));
  }
}

/**
 * Registers the element; more than once does no harm. Under another name it is a class of its own, since a class can have one name
 * only.
 */
export function defineHdrImage(name = 'hdr-image'): void {
  if (customElements.get(name) !== undefined) return;
  customElements.define(name, name === 'hdr-image' ? HdrImage : class extends HdrImage {});
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
