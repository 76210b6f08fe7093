/** The element's own tree: the `<img>` that is seen, saved, printed and read aloud, and above it the light that it lacks. */

/** What is shown above the image takes no pointer: the context menu and dragging are the image's. Paper and forced colours have no headroom. */
const STYLE = `
:host { display: inline-block; position: relative; vertical-align: baseline; }
:host([hidden]) { display: none; }
img, ::slotted(img) { display: block; width: 100%; height: 100%; object-fit: inherit; object-position: inherit; }
[part='canvas'] { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; object-fit: inherit; object-position: inherit; }
@media print { [part='canvas'] { display: none; } }
`;

/** What has the light: a canvas, or an image of our own. */
export type Light = HTMLCanvasElement | HTMLImageElement;

export class Frame {
  readonly host: HTMLElement;
  readonly image: HTMLImageElement;
  readonly #root: ShadowRoot;
  readonly #size = new CSSStyleSheet();
  #canvas: Light | undefined;
  #release: (() => void) | undefined;

  /** An `<img>` inside the element, which a server wrote for pages without JavaScript, becomes its image. */
  constructor(host: HTMLElement) {
    this.host = host;
    this.#root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [style, this.#size];
    const slot = document.createElement('slot');
    const own = new Image();
    own.part.add('image');
    slot.append(own);
    this.#root.replaceChildren(slot);
    this.image = host.querySelector('img') ?? own;
  }

  /** Presentational hints, as `width` and `height` are for an `<img>`: whatever the page's style sheet says goes before them. */
  reserve(width: number | null, height: number | null): void {
    const rules = [
      width === null ? '' : `width: ${width}px;`,
      height === null ? '' : `height: ${height}px;`,
      width === null || height === null ? '' : `aspect-ratio: ${width} / ${height};`,
    ];
    this.#size.replaceSync(`:host { ${rules.join(' ')} }`);
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
