import { formatBytes } from './format.ts';
import { svg } from './svg.ts';
import type { Transfer } from './transfer.ts';

const [WIDTH, HEIGHT, MARGIN] = [320, 96, 6];
const format = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });

/** Fills a figure with the bytes of a transfer over time, and with what could be seen when, in a drawing and in words. */
export function fillTransferChart(figure: HTMLElement, transfer: Transfer): void {
  const { samples, milestones } = transfer;
  const lastSeconds = Math.max(samples.at(-1)!.seconds, milestones.at(-1)?.seconds ?? 0, 0.01);
  const x = (seconds: number): number => MARGIN + ((WIDTH - 2 * MARGIN) * seconds) / lastSeconds;
  const y = (bytes: number): number =>
    HEIGHT - MARGIN - ((HEIGHT - 2 * MARGIN) * bytes) / Math.max(transfer.bytes, 1);
  const steps = samples.map(({ seconds, bytes }) => `H${x(seconds).toFixed(1)}V${y(bytes).toFixed(1)}`);
  const line = `M${x(0)} ${y(0)}${steps.join('')}H${x(lastSeconds).toFixed(1)}`;
  const drawing = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true' });
  drawing.append(
    svg('path', { d: `${line}V${y(0)}H${x(0)}Z`, class: 'area' }),
    svg('path', { d: line, class: 'line' }),
    ...milestones.map(({ seconds, bytes }) => svg('circle', { cx: x(seconds), cy: y(bytes), r: 3.5 })),
  );
  const caption = document.createElement('figcaption');
  caption.textContent = `Bytes over time: ${formatBytes(transfer.bytes)} in ${format.format(samples.at(-1)!.seconds)} s`;
  const list = document.createElement('ol');
  for (const { name, seconds, bytes } of milestones) {
    const item = list.appendChild(document.createElement('li'));
    item.append(Object.assign(document.createElement('span'), { textContent: name }));
    item.append(`${format.format(seconds)} s · ${formatBytes(bytes)}`);
  }
  figure.replaceChildren(caption, drawing, list);
  figure.hidden = false;
}
