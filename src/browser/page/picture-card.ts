import type { Decoder } from '../decoder.ts';
import { DecodeError } from '../error-report.ts';
import { openSource, SourceError } from '../fetch-source.ts';
import type { LinearPicture } from '../linear-picture.ts';
import type { DecodeState } from '../protocol.ts';
import { getInfo, pictureUrl, type PictureInfo } from './api.ts';
import { fillBytesTable } from './bytes-table.ts';
import { Comparison, type View } from './comparison.ts';
import { find, instantiate } from './elements.ts';
import { describeEqualBytes, equalBytes, type EqualBytes } from './equal-bytes.ts';
import { formatLayers, sentence } from './format.ts';
import type { GalleryEntry } from './gallery.ts';
import { fillHistogram } from './histogram.ts';
import type { NetworkSwitch } from './network-switch.ts';
import { Transfer } from './transfer.ts';
import { fillTransferChart } from './transfer-chart.ts';
import { ViewSwitch } from './view-switch.ts';

let cards = 0;
/** Seconds between looks at a picture that is still being encoded, where the server does not say. */
const PATIENCE = 2;

/** What the page has for all of its pictures. */
export interface Shared {
  readonly decoder: Decoder;
  /** Decodes what is compared, without keeping those waiting that come into view. */
  readonly comparing: Decoder;
  readonly network: Pick<NetworkSwitch, 'rate'>;
}

/** A picture on the page: it loads its SDR JPEG at once, and decodes its layers when it comes into view. */
export class PictureCard {
  readonly element = instantiate('picture-template');
  readonly key: string;
  readonly #shared: Shared;
  readonly #comparison: Comparison;
  readonly #views: ViewSwitch;
  readonly #status = find(this.element, '[data-status]', HTMLElement);
  readonly #pips = find(this.element, '[data-pips]', HTMLOListElement);
  readonly #again = find(this.element, '[data-again]', HTMLButtonElement);
  #info: Promise<PictureInfo> | undefined;
  #equal: Promise<EqualBytes> | undefined;
  #view: View = 'hdr';
  /** What is said of the decode, after what else there was to say. */
  #told = '';
  #running: AbortController | undefined;

  constructor({ key, title, credit }: GalleryEntry, shared: Shared) {
    this.key = key;
    this.#shared = shared;
    this.#comparison = new Comparison(this.element, title);
    this.#views = new ViewSwitch(
      find(this.element, '[data-views]', HTMLFieldSetElement),
      (view) => void this.#show(view),
    );
    const heading = find(this.element, '[data-title]', HTMLElement);
    heading.textContent = title;
    heading.id = `picture-${++cards}`;
    this.element.setAttribute('aria-labelledby', heading.id);
    find(this.element, '[data-credit]', HTMLElement).textContent = credit;
    this.#again.ariaLabel = `Load again: ${title}`;
    this.#again.addEventListener('click', () => void this.#decode());
    this.#say('The SDR JPEG');
    this.#comparison.showSdr(`${pictureUrl(key)}?hdr=0`);
    void this.#describe();
    whenVisible(this.element, () => void this.#decode());
  }

  async #describe(): Promise<void> {
    try {
      this.#info = getInfo(this.key);
      const info = await this.#info;
      this.#comparison.reserve(info.width, info.height);
      await fillBytesTable(find(this.element, '[data-bytes]', HTMLTableElement), this.key, info);
    } catch (error) {
      this.#complain(error);
    }
  }

  /** Decodes; as long as the server is still encoding, again and again. A new run ends the one before. */
  async #decode(): Promise<void> {
    this.#running?.abort();
    const running = (this.#running = new AbortController());
    const { signal } = running;
    this.#again.hidden = true;
    delete this.element.dataset.settled;
    const replaced = (): boolean => this.#running !== running;
    for (let waited = false; !replaced(); waited = true) {
      try {
        const pending = await this.#decodeOnce(signal);
        if (!pending) {
          if (waited) void this.#describe();
          break;
        }
        this.#say('Being encoded: the base is here, the layers will follow');
        await seconds(PATIENCE);
      } catch (error) {
        if (replaced()) return;
        const retryAfter =
          error instanceof DecodeError || error instanceof SourceError ? error.retryAfter : undefined;
        if (retryAfter === undefined) {
          this.#complain(error);
          break;
        }
        this.#say('Being encoded');
        await seconds(retryAfter);
        this.#comparison.showSdr(`${pictureUrl(this.key)}?hdr=0`);
      }
    }
    if (replaced()) return;
    this.#again.hidden = false;
    if (this.element.dataset.state !== 'final') this.#views.withdraw();
    // Nothing more will come that needs the place kept for it.
    this.element.dataset.settled = '';
  }

  /** Answers whether more will come later. */
  async #decodeOnce(signal: AbortSignal): Promise<boolean> {
    const transfer = new Transfer();
    const url = `${pictureUrl(this.key)}?hdr=1`;
    const { chunks, pending } = await openSource({ url }, signal, 'no-cache');
    const followed = transfer.follow(chunks, this.#shared.network.rate);
    for await (const state of this.#shared.decoder.decode(followed, { signal })) {
      if (state.type === 'done') {
        if (state.layers > 0) this.#say(`${formatLayers(state.layers)}, decoded on ${state.provider}`);
        else if (!pending) this.#say('An SDR picture: it has no layers');
      } else await this.#follow(state, transfer);
      fillTransferChart(find(this.element, '[data-transfer]', HTMLElement), transfer);
    }
    return pending;
  }

  async #follow(state: Exclude<DecodeState, { type: 'done' }>, transfer: Transfer): Promise<void> {
    this.element.dataset.state = state.type === 'layer' && state.final ? 'final' : state.type;
    if (state.type === 'base') {
      transfer.mark('Base');
      this.#say('Base: the plain JPEG');
    } else if (state.type === 'header') {
      this.#comparison.reserve(state.width, state.height);
      this.#pips.replaceChildren(...state.layers.map(() => document.createElement('li')));
      this.#say(`Base: layer 1 of ${state.layers.length} is on its way`);
    } else if (state.type === 'layer') {
      transfer.mark(`Layer ${state.layer}${state.final ? ', final' : ''}`);
      if (state.picture.encoding === 'linear') this.#showHdr(state.picture, state.final);
      [...this.#pips.children].forEach((pip, i) => {
        pip.classList.toggle('lit', i < state.layer);
      });
      this.#say(`Layer ${state.layer} of ${state.of}`);
      if (state.final) await this.#offerViews();
    }
  }

  #showHdr(picture: LinearPicture, final: boolean): void {
    this.#comparison.showHdr(picture);
    if (final) fillHistogram(find(this.element, '[data-histogram]', HTMLElement), picture);
  }

  async #offerViews(): Promise<void> {
    const info = await this.#info?.catch(() => undefined);
    this.#views.offer(info?.formats.includes('gainmap') === true && info.layers.length > 0);
  }

  /** The files of equal bytes are only loaded when somebody wants to see them. */
  async #show(view: View): Promise<void> {
    this.#view = view;
    const note = find(this.element, '[data-note]', HTMLElement);
    note.hidden = true;
    if (view !== 'equal-bytes') {
      this.#comparison.show(view);
      return;
    }
    try {
      this.#status.textContent = 'Loading both files';
      this.#equal ??= equalBytes(this.key, await this.#info!, this.#shared.comparing);
      const equal = await this.#equal;
      if (this.#view === view) {
        this.#comparison.show(view, equal);
        note.textContent = describeEqualBytes(equal);
        note.hidden = false;
      }
      this.#say(this.#told);
    } catch (error) {
      this.#equal = undefined;
      // Who has gone on to another view stays there.
      if (this.#view !== view) {
        this.#say(this.#told);
        return;
      }
      this.#views.view = this.#view = 'hdr';
      this.#comparison.show('hdr');
      this.#complain(error);
    }
  }

  #say(text: string): void {
    this.#told = text;
    this.#status.textContent = text;
    this.#status.classList.remove('error');
  }

  #complain(error: unknown): void {
    this.#status.textContent = sentence(error instanceof Error ? error.message : String(error));
    this.#status.classList.add('error');
  }

  /** Takes the picture off the page. */
  remove(): void {
    // Nothing goes on for it, and nothing begins.
    this.#running?.abort();
    this.#running = new AbortController();
    this.element.remove();
  }

  /** Loads the picture again, if it has been loaded and somebody sees it. */
  replay(): void {
    const { top, bottom } = this.element.getBoundingClientRect();
    const seen = bottom > 0 && top < innerHeight;
    if (seen && this.#running !== undefined) void this.#decode();
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
