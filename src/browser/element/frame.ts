import { cssLength, pixels } from './dimension.ts';

/** Of an image that a server wrote: whatever a page's style sheet says of it, it fills the element. */
const FILLING = {
  display: 'block',
  width: '100%',
  height: '100%',
  margin: '0',
  border: '0',
  padding: '0',
  'object-fit': 'inherit',
  'object-position': 'inherit',
};

const FILL = Object.entries(FILLING)
  .map(([name, value]) => `${name}: ${value} !important;`)
  .join(' ');

/**
 * The element is the box, as an `<img>` is one (HTML, 15.4.3); what is in it fills it, whatever a page's style sheet says of every `img`.
 * What is shown above the image takes no pointer: the context menu and dragging are the image's. Paper has no headroom.
 */
const STYLE = `
:host { display: inline-block; width: fit-content; position: relative; vertical-align: baseline; overflow: clip; overflow-clip-margin: content-box; }
:host([hidden]) { display: none; }
slot, ::slotted(picture) { display: contents !important; object-fit: inherit; object-position: inherit; }
img { display: block; width: 100%; height: 100%; object-fit: inherit; object-position: inherit; }
::slotted(img) { ${FILL} }
[part='canvas'] { position: absolute; inset: 0; width: 100%; height: 100%; box-sizing: border-box; padding: inherit; pointer-events: none; object-fit: inherit; object-position: inherit; }
@media print { [part='canvas'] { display: none; } }
`;

/** What has the light: a canvas, or an image of our own. */
export type Light = HTMLCanvasElement | HTMLImageElement;

/** The element's own tree: the `<img>` that is seen, saved, printed and read aloud, and above it the light that it lacks. */
export class Frame {
  readonly host: HTMLElement;
  readonly #root: ShadowRoot;
  readonly #own: HTMLImageElement;
  #image: HTMLImageElement | undefined;
  #size: CSSStyleSheet | undefined;
  #canvas: Light | undefined;
  #release: (() => void) | undefined;

  /**
   * @param onImage told when there may be another image: where the element is defined early, a parser comes to what is in it only later
   * @param onEvent told of the image's `load` and `error`
   */
  constructor(host: HTMLElement, onImage: () => void, onEvent: (event: Event) => void) {
    this.host = host;
    this.#root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    const slot = document.createElement('slot');
    this.#own = new Image();
    this.#own.part.add('image');
    slot.append(this.#own);
    slot.addEventListener('slotchange', onImage);
    this.#root.replaceChildren(slot);
    // On their way down to it, since they do not bubble.
    for (const name of ['load', 'error']) {
      this.#root.addEventListener(
        name,
        (event) => {
          if (event.target === this.image) onEvent(event);
        },
        { capture: true },
      );
    }
    this.dress();
  }

  /** The `<img>` inside the element, which a server wrote for pages without JavaScript, or else one of our own. */
  get image(): HTMLImageElement {
    const image = this.host.querySelector('img') ?? this.#own;
    if (image !== this.#image) this.#take(image);
    return image;
  }

  #take(image: HTMLImageElement): void {
    this.#image = image;
    if (image === this.#own) return;
    // What was begun before a parser came to the other is not seen any more.
    for (const name of ['srcset', 'src']) this.#own.removeAttribute(name);
    if (image.parentElement === this.host) return;
    // Within a `<picture>` no style sheet of ours reaches it.
    for (const [name, value] of Object.entries(FILLING)) image.style.setProperty(name, value, 'important');
  }

  /** Style sheets are a document's, and do not come along to another. */
  dress(): void {
    const { CSSStyleSheet } = this.host.ownerDocument.defaultView ?? window;
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    this.#size = new CSSStyleSheet();
    this.#root.adoptedStyleSheets = [style, this.#size];
    this.reserve();
  }

  /**
   * Presentational hints, as `width` and `height` are for an `<img>`: whatever the page's style sheet says goes before them. Their ratio
   * is the box's until the picture has come, which knows its own.
   */
  reserve(): void {
    const hints = ['width', 'height'].map((name) => this.host.getAttribute(name));
    const [width, height] = hints.map(cssLength);
    const { naturalWidth, naturalHeight } = this.image;
    const [w, h] = naturalWidth > 0 ? [naturalWidth, naturalHeight] : hints.map(pixels);
    const rules = [
      width === null ? '' : `width: ${width};`,
      height === null ? '' : `height: ${height};`,
      w === null || h === null ? '' : `aspect-ratio: auto ${w} / ${h};`,
    ];
    this.#size?.replaceSync(`:host { ${rules.join(' ')} }`);
  }

  get canvas(): Light | null {
    return this.#canvas ?? null;
  }

  /**
   * A canvas that is drawn on before it is shown, or an image that is decoded, in place of what is there.
   *
   * @param release gives its memory back when it is no longer shown
   */
  show(canvas: Light, release: () => void): void {
    if (canvas === this.#canvas) return;
    canvas.part.add('canvas');
    // What it shows, the image's text says already.
    canvas.ariaHidden = 'true';
    const before = this.#canvas;
    const releaseBefore = this.#release;
    this.#canvas = canvas;
    this.#release = release;
    this.#root.append(canvas);
    before?.remove();
    releaseBefore?.();
  }

  clear(): void {
    this.#canvas?.remove();
    this.#release?.();
    this.#canvas = undefined;
    this.#release = undefined;
  }
}
