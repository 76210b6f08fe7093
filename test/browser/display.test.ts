import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DisplayKind } from '../../src/browser/display/renderer.ts';
import { rollOff } from '../../src/browser/display/tone-map.ts';
import { srgbEncode } from '../../src/codec/srgb.ts';
import { toHalf } from '../../src/browser/half-float.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from './chromium.ts';
import { serveSite, testPage, type SiteServer } from './site-server.ts';

/** In units of SDR white: shadows, mid grey, white, and what only an HDR screen shows. */
const LIGHT = [0, 0.001, 0.05, 0.18, 0.5, 0.9, 1, 2.5, 4, 12];

let server: SiteServer;
beforeAll(async () => {
  server = await serveSite({ routes: { '/test.html': testPage } });
});
afterAll(() => server[Symbol.asyncDispose]());

/** Shows grey pixels of that light on a canvas; answers how, and the signals that the canvas then holds. */
async function showGreys(browser: Browser, exposure: number) {
  const page = await browser.newPage();
  try {
    await page.goto(`${server.url}/test.html`);
    await page.waitForFunction(() => 'afterglow' in window);
    return await page.evaluate(
      async ([halves, stops]) => {
        const canvas = document.body.appendChild(document.createElement('canvas'));
        const data = Uint16Array.from(halves.flatMap((half) => [half, half, half, 0x3c00]));
        const picture = { encoding: 'linear', width: halves.length, height: 1, data } as const;
        const kind = await window.afterglow.display(canvas, picture, { exposure: stops });
        // A copy, since a WebGPU canvas cannot be read itself.
        const settings = { colorType: 'float16' } as CanvasRenderingContext2DSettings;
        const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', settings)!;
        copy.drawImage(canvas, 0, 0);
        const pixels = copy.getImageData(0, 0, canvas.width, canvas.height, {
          pixelFormat: 'rgba-float16',
        }).data as ArrayLike<number>;
        return { kind, signals: Array.from({ length: halves.length }, (_, i) => pixels[4 * i + 1]!) };
      },
      [LIGHT.map(toHalf), exposure] as const,
    );
  } finally {
    await page.close();
  }
}

describe.each<[string, DisplayKind, Parameters<typeof launchChromium>[0]]>([
  ['an SDR screen', '2d-standard', {}],
  [
    'an HDR screen, with 2D canvases that exceed white',
    '2d-extended',
    { flags: [...HDR_SCREEN, ...NEW_CANVAS] },
  ],
  ['an HDR screen, without', '2d-standard', { flags: HDR_SCREEN }],
  // By software there is WebGPU, but its device is lost as soon as a canvas shows something.
  ['an HDR screen, with WebGPU on no canvas', '2d-standard', { webgpu: true, flags: HDR_SCREEN }],
])('%s', (_, kind, options) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium(options);
  });
  afterAll(() => browser.close());

  test.each([0, -2, 1.5])(`shows light as ${kind}, at %s stops`, async (exposure) => {
    const shown = await showGreys(browser, exposure);
    expect(shown.kind).toBe(kind);
    const light = LIGHT.map((value) => value * 2 ** exposure);
    const extended = kind !== '2d-standard';
    const wanted = light.map((value) => srgbEncode(extended ? value : rollOff(value)));
    // Code values on the one kind of canvas, half floats on the others.
    const tolerance = (signal: number): number => (extended ? 1e-3 + signal * 1e-3 : 0.5 / 255 + 1e-3);
    shown.signals.forEach((signal, i) => {
      expect(Math.abs(signal - wanted[i]!), `${light[i]!} gives ${signal}`).toBeLessThan(
        tolerance(wanted[i]!),
      );
    });
  });
});
