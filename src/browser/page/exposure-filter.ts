import { srgbDecode, srgbEncode } from '../../codec/srgb.ts';
import { gain } from '../display/tone-map.ts';

const SVG = 'http://www.w3.org/2000/svg';
const CHANNELS = ['feFuncR', 'feFuncG', 'feFuncB'] as const;
let filters = 0;

/**
 * An SVG filter that multiplies the linear light of an `<img>`, which CSS's own `brightness()` does not. It maps each of
 * the 256 code values to the one of the new light: a filter that works on linear light in 8 bits would leave bands.
 */
export class ExposureFilter {
  readonly #id = `exposure-${++filters}`;
  readonly #functions: readonly SVGElement[];

  constructor(parent: HTMLElement) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('width', '0');
    svg.setAttribute('height', '0');
    svg.ariaHidden = 'true';
    const filter = svg.appendChild(document.createElementNS(SVG, 'filter'));
    filter.id = this.#id;
    filter.setAttribute('color-interpolation-filters', 'sRGB');
    const transfer = filter.appendChild(document.createElementNS(SVG, 'feComponentTransfer'));
    this.#functions = CHANNELS.map((channel) => {
      const transferFunction = transfer.appendChild(document.createElementNS(SVG, channel));
      transferFunction.setAttribute('type', 'table');
      return transferFunction;
    });
    parent.append(svg);
  }

  /** The value of the CSS property `filter` at an exposure in stops. */
  expose(stops: number): string {
    if (stops === 0) return 'none';
    const factor = gain(stops);
    const signals = Array.from({ length: 256 }, (_, code) =>
      Math.min(srgbEncode(factor * srgbDecode(code / 255)), 1).toFixed(5),
    );
    for (const transferFunction of this.#functions) {
      transferFunction.setAttribute('tableValues', signals.join(' '));
    }
    return `url(#${this.#id})`;
  }
}
