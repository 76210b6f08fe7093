import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Route } from './site-server.ts';

/** What an element on the page told, in order. */
declare global {
  interface Window {
    told: string[];
  }
}

/** A page with this body, the element, and a decoder that computes where the query's `provider` says. */
export function elementPage(body: string): Route {
  return (_, response, { searchParams }) => {
    const provider = searchParams.get('provider') ?? 'wasm';
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end(`<!doctype html>
<style>body { margin: 0 } .far { margin-top: 6000px }</style>
<script>
  window.told = [];
  for (const name of ['unhandledrejection', 'error']) window.addEventListener(name, (event) => told.push('UNHANDLED ' + (event.reason ?? event.message)));
  const name = ({ target }) => target.id || 'image';
  document.addEventListener('load', (event) => event.target.localName === 'hdr-image' && told.push(name(event) + ' load'), true);
  document.addEventListener('error', (event) => event.target.localName === 'hdr-image' && told.push(name(event) + ' error ' + event.error?.code), true);
  document.addEventListener('layer', (event) => told.push(name(event) + ' layer ' + event.detail.layer + (event.detail.final ? ' final' : '')), true);
</script>
${body}
<script type="module">
  window.afterglow = await import('/lib/index.js');
  afterglow.configureDecoder({ workerUrl: '/decoder-worker.js', executionProviders: [${JSON.stringify(provider)}] });
</script>`);
  };
}

/**
 * Opens it, and waits until the element is defined. Where WebGPU is computed by software, a canvas that shows it takes the
 * browser's GPU process down, and with it the device that decodes: `webgpuCanvas: false` keeps to canvases of other kinds.
 */
export async function openElementPage(
  browser: Browser,
  url: string,
  { webgpuCanvas = true }: { webgpuCanvas?: boolean } = {},
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } });
  if (!webgpuCanvas) {
    await page.addInitScript(() => {
      // eslint-disable-next-line @typescript-eslint/unbound-method -- called with a canvas below
      const { getContext } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...asked: [string]) {
        return asked[0] === 'webgpu' ? null : getContext.apply(this, asked);
      } as typeof getContext;
    });
  }
  await page.goto(url);
  await page.waitForFunction(() => 'afterglow' in window);
  return page;
}

/** A page that can be looked into, whoever drives it. */
interface SeenPage<T> {
  evaluate(look: () => T): Promise<T>;
}

/** By software, WebGPU takes half a minute for what wasm does in a second. */
const PATIENCE = 150_000;

/** Waits until something of this kind was told; fails with what was told instead. */
export async function told(page: SeenPage<string[]>, what: RegExp): Promise<void> {
  const lines = (): Promise<string[]> => page.evaluate(() => window.told);
  await expect.poll(lines, { timeout: PATIENCE, interval: 100 }).toContainEqual(expect.stringMatching(what));
}

/**
 * Signals of the canvas above the first element (1.0 is SDR white), R G B A, read as half floats where the browser has canvases of
 * those, and of 8 bits elsewhere; null where there is no canvas.
 */
export function canvasSignals(page: SeenPage<number[] | null>): Promise<number[] | null> {
  return page.evaluate(() => {
    const canvas = document.querySelector('hdr-image')!.shadowRoot!.querySelector('canvas');
    if (canvas === null) return null;
    const settings = { colorType: 'float16' } as CanvasRenderingContext2DSettings;
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', settings)!;
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height, {
      pixelFormat: 'rgba-float16',
    } as unknown as ImageDataSettings);
    const white = data instanceof Uint8ClampedArray ? 255 : 1;
    return Array.from(data as unknown as ArrayLike<number>, (value) => value / white);
  });
}
