import type { Decoder } from '../decoder.ts';
import { DecodeError } from '../error-report.ts';
import type { DecodeState } from '../protocol.ts';
import { getInfo, pictureUrl } from './api.ts';
import { fillBytesTable } from './bytes-table.ts';
import { Comparison } from './comparison.ts';
import { find, instantiate } from './elements.ts';
import { formatLayers } from './format.ts';
import type { GalleryEntry } from './gallery.ts';

/** Seconds between looks at a picture that is still being encoded, where the server does not say. */
const PATIENCE = 2;

/** A picture on the page: it loads its SDR JPEG at once, and decodes its layers when it comes into view. */
export class PictureCard {
  readonly element = instantiate('picture-template');
  readonly #key: string;
  readonly #decoder: Decoder;
  readonly #comparison: Comparison;
  readonly #status = find(this.element, '[data-status]', HTMLElement);
  readonly #pips = find(this.element, '[data-pips]', HTMLOListElement);

  constructor({ key, title, credit }: GalleryEntry, decoder: Decoder) {
    this.#key = key;
    this.#decoder = decoder;
    this.#comparison = new Comparison(this.element, title);
    find(this.element, '[data-title]', HTMLElement).textContent = title;
    find(this.element, '[data-credit]', HTMLElement).textContent = credit;
    this.#say('The SDR JPEG');
    this.#comparison.showSdr(`${pictureUrl(key)}?hdr=0`);
    void this.#describe();
    whenVisible(this.element, () => void this.#decode());
  }

  async #describe(): Promise<void> {
    try {
      const info = await getInfo(this.#key);
      this.#comparison.reserve(info.width, info.height);
      await fillBytesTable(find(this.element, '[data-bytes]', HTMLTableElement), this.#key, info);
    } catch (error) {
      this.#complain(error);
    }
  }

  /** Decodes; as long as the server is still encoding, again and again. */
  async #decode(): Promise<void> {
    for (let waited = false; ; waited = true) {
      try {
        const pending = await this.#decodeOnce();
        if (!pending) {
          if (waited) void this.#describe();
          return;
        }
        this.#say('Being encoded: the base is here, the layers will follow');
        await seconds(PATIENCE);
      } catch (error) {
        if (!(error instanceof DecodeError) || error.retryAfter === undefined) {
          this.#complain(error);
          return;
        }
        this.#say('Being encoded');
        await seconds(error.retryAfter);
        this.#comparison.showSdr(`${pictureUrl(this.#key)}?hdr=0`);
      }
    }
  }

  /** Answers whether more will come later. */
  async #decodeOnce(): Promise<boolean> {
    for await (const state of this.#decoder.decode(`${pictureUrl(this.#key)}?hdr=1`)) {
      if (state.type === 'done') {
        if (state.layers > 0)
          this.#say(`${formatLayers(state.layers)} and post-processing, on ${state.provider}`);
        else if (!state.pending) this.#say('An SDR picture: it has no layers');
        return state.pending;
      }
      this.#follow(state);
    }
    return false;
  }

  #follow(state: Exclude<DecodeState, { type: 'done' }>): void {
    this.element.dataset.state = state.type === 'layer' && state.final ? 'final' : state.type;
    if (state.type === 'base') this.#say('Base: the plain JPEG');
    else if (state.type === 'header') {
      this.#comparison.reserve(state.width, state.height);
      this.#pips.replaceChildren(...state.layers.map(() => document.createElement('li')));
      this.#say(`Base: layer 1 of ${state.layers.length} is on its way`);
    } else {
      if (state.picture.encoding === 'linear') this.#comparison.showHdr(state.picture);
      [...this.#pips.children].forEach((pip, i) => {
        pip.classList.toggle('lit', i < state.layer);
      });
      this.#say(`Layer ${state.layer} of ${state.of}`);
    }
  }

  #say(text: string): void {
    this.#status.textContent = text;
    this.#status.classList.remove('error');
  }

  #complain(error: unknown): void {
    this.#status.textContent = error instanceof Error ? error.message : String(error);
    this.#status.classList.add('error');
  }
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000 * count));
}

function whenVisible(element: Element, act: () => void): void {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      act();
    },
    { rootMargin: '25%' },
  );
  observer.observe(element);
}
