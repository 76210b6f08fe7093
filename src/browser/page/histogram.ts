import { percentile, REFERENCE_WHITE, sortedPositive } from '../../codec/luminance.ts';
import type { LinearPicture } from '../linear-picture.ts';
import { BANDS, bandOf, css, luminances } from './luminance-scale.ts';
import { svg } from './svg.ts';

/** From 0.05 to 10,000 cd/m², a logarithmic axis. */
const [DARKEST, BRIGHTEST] = [0.05, 10_000];
const BINS = 64;
const [WIDTH, HEIGHT] = [320, 72];
const TICKS = [0.1, 1, 10, 100, 1000, 10_000];
const format = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

/** Shares of the pixels per bin; what lies outside the axis is counted at its ends. */
export function histogram(luminance: Float32Array): Float64Array {
  const bins = new Float64Array(BINS);
  for (const value of luminance) {
    const bin = Math.floor(BINS * position(value));
    bins[Math.min(Math.max(bin, 0), BINS - 1)]! += 1 / luminance.length;
  }
  return bins;
}

/** Fills a figure with a picture's histogram, the words that say the same, and the legend of its colours. */
export function fillHistogram(figure: HTMLElement, picture: LinearPicture): void {
  const luminance = luminances(picture);
  const words = document.createElement('p');
  words.textContent = describe(luminance);
  figure.replaceChildren(caption(), chart(histogram(luminance)), words, legend());
  figure.hidden = false;
}

function chart(bins: Float64Array): SVGElement {
  const most = Math.max(...bins);
  const drawing = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT + 14}`, 'aria-hidden': 'true' });
  const step = WIDTH / BINS;
  bins.forEach((share, i) => {
    // By the root, so that a sun of a few hundred pixels is seen beside a sky.
    const height = HEIGHT * Math.sqrt(share / most);
    const middle = DARKEST * (BRIGHTEST / DARKEST) ** ((i + 0.5) / BINS);
    const fill = css(bandOf(middle).colour);
    drawing.append(svg('rect', { x: i * step, y: HEIGHT - height, width: step - 0.5, height, fill }));
  });
  for (const tick of TICKS) {
    const x = WIDTH * position(tick);
    const anchor = tick === BRIGHTEST ? 'end' : 'middle';
    const label = svg('text', { x, y: HEIGHT + 12, 'text-anchor': anchor });
    label.textContent = format.format(tick);
    drawing.append(label);
  }
  return drawing;
}

function describe(luminance: Float32Array): string {
  const sorted = sortedPositive(luminance);
  const above = luminance.reduce((count, value) => count + (value > REFERENCE_WHITE ? 1 : 0), 0);
  const [median, peak] = [percentile(sorted, 0.5), sorted.at(-1) ?? 0];
  const share = format.format((100 * above) / luminance.length);
  return `Median ${format.format(median)} cd/m², peak ${format.format(peak)} cd/m²; ${share} % of the picture exceeds SDR white (203 cd/m²).`;
}

function caption(): HTMLElement {
  return Object.assign(document.createElement('figcaption'), { textContent: 'Luminance in cd/m²' });
}

function legend(): HTMLElement {
  const list = Object.assign(document.createElement('ul'), { className: 'legend' });
  for (const { name, colour } of BANDS) {
    const item = list.appendChild(document.createElement('li'));
    const swatch = item.appendChild(document.createElement('i'));
    swatch.style.background = css(colour);
    item.append(name);
  }
  return list;
}

/** 0…1 along the axis. */
function position(luminance: number): number {
  return Math.log(Math.max(luminance, DARKEST) / DARKEST) / Math.log(BRIGHTEST / DARKEST);
}
