import { parseDynamicRange, type DynamicRange } from './dynamic-range.ts';
import { pixels } from './dimension.ts';

/** On servers the module is imported, but no element is made. */
const Base =
  (globalThis as { HTMLElement?: typeof HTMLElement }).HTMLElement ??
  (Object as unknown as typeof HTMLElement);

/** Properties that a script may have set before the element was defined. */
export const PROPERTIES = [
  'src',
  'srcset',
  'sizes',
  'alt',
  'width',
  'height',
  'loading',
  'decoding',
  'crossOrigin',
  'referrerPolicy',
  'fetchPriority',
  'dynamicRange',
] as const;

/** What an `<hdr-image>` has of `HTMLImageElement`: the attributes that it reflects, and what its image knows. */
export abstract class ImageLike extends Base {
  /** The image that shows the base. */
  protected abstract get baseImage(): HTMLImageElement;

  get src(): string {
    const written = this.getAttribute('src');
    if (written === null) return '';
    // What is no URL is answered as it was written (HTML, “reflecting content attributes”).
    return URL.canParse(written, this.baseURI) ? new URL(written, this.baseURI).href : written;
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
  /** CSS pixels, as it is shown; where it is not, those of the picture. */
  get width(): number {
    return this.isConnected
      ? this.baseImage.width
      : (pixels(this.getAttribute('width')) ?? this.naturalWidth);
  }
  set width(value: number) {
    this.setAttribute('width', String(value));
  }
  get height(): number {
    return this.isConnected
      ? this.baseImage.height
      : (pixels(this.getAttribute('height')) ?? this.naturalHeight);
  }
  set height(value: number) {
    this.setAttribute('height', String(value));
  }
  get loading(): 'eager' | 'lazy' {
    return this.baseImage.loading;
  }
  set loading(value: string) {
    this.setAttribute('loading', value);
  }
  get decoding(): 'async' | 'sync' | 'auto' {
    return this.baseImage.decoding;
  }
  set decoding(value: string) {
    this.setAttribute('decoding', value);
  }
  get crossOrigin(): string | null {
    return this.baseImage.crossOrigin;
  }
  set crossOrigin(value: string | null) {
    if (value === null) this.removeAttribute('crossorigin');
    else this.setAttribute('crossorigin', value);
  }
  get referrerPolicy(): string {
    return this.baseImage.referrerPolicy;
  }
  set referrerPolicy(value: string) {
    this.setAttribute('referrerpolicy', value);
  }
  get fetchPriority(): 'high' | 'low' | 'auto' {
    return this.baseImage.fetchPriority;
  }
  set fetchPriority(value: string) {
    this.setAttribute('fetchpriority', value);
  }
  /** What the screen and the device decide without it. */
  get dynamicRange(): DynamicRange {
    return parseDynamicRange(this.getAttribute('dynamic-range'));
  }
  set dynamicRange(value: DynamicRange) {
    this.setAttribute('dynamic-range', value);
  }
  get naturalWidth(): number {
    return this.baseImage.naturalWidth;
  }
  get naturalHeight(): number {
    return this.baseImage.naturalHeight;
  }
  get currentSrc(): string {
    return this.baseImage.currentSrc;
  }

  /** Resolves when the base can be drawn. Rejects with an EncodingError, as of an `<img>`. */
  async decode(): Promise<void> {
    // What a script has just set is loaded from the next microtask on.
    await Promise.resolve();
    await this.baseImage.decode();
  }
}
