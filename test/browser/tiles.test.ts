import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from './chromium.ts';
import { elementPage, openElementPage, told } from './element-page.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { sendPicture } from './many-pictures.ts';
import { serveSite, type Route, type SiteServer } from './site-server.ts';

/** Nearly five viewports high: three tiles of 960 rows. */
const [WIDTH, HEIGHT] = [400, 2880];

let file: Uint8Array;
let layout: LayeredLayout;
let server: SiteServer;
let browser: Browser;
beforeAll(async () => {
  ({ file } = await layeredFile(sunset(WIDTH, HEIGHT), 1));
  layout = readLayout(file) as LayeredLayout;
  const routes = {
    '/test.html': elementPage(
      `<hdr-image alt="" width="${WIDTH}" height="${HEIGHT}" style="display: block"></hdr-image>`,
    ),
    '/picture.jpg': sendPicture(file, layout.base.length),
    '/held.jpg': withoutLayers,
  };
  server = await serveSite({ routes });
  browser = await launchChromium({ flags: [...HDR_SCREEN, ...NEW_CANVAS] });
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

/** The layered file up to its header: its layers are still on their way. */
const withoutLayers: Route = ({ headers }, response) => {
  const layered = headers.accept?.includes('vnd.afterglow') === true;
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, {
    'Content-Type': 'image/jpeg',
    'Cache-Control': 'max-age=600',
    Vary: 'Accept',
    ...(from > 0 ? { 'Content-Range': `bytes ${from}-${file.length - 1}/${file.length}` } : {}),
  });
  const { offset, length } = layout.headerBox;
  if (layered) response.write(file.subarray(from, offset + length));
  else response.end(file.subarray(from, layout.base.length));
};

describe('tiles', () => {
  test('come in the order in which they are looked at, and are the picture without its layers', async () => {
    const page = await openElementPage(browser, `${server.url}/test.html`);
    const { order, worst, seen } = await page.evaluate(
      async ([width, height]) => {
        const { Decoder, Focus } = window.afterglow;
        const decoder = new Decoder({ workerUrl: '/decoder-worker.js', executionProviders: ['wasm'] });
        const focus = new Focus();
        focus.rect = { x: 0, y: height - 200, width, height: 200 };
        const tiled = new Float32Array(3 * width * height);
        const told: number[] = [];
        let pixels = 0;
        let difference = Infinity;
        const headers = { Accept: 'image/vnd.afterglow' };
        const options = { output: 'pq', tiles: true, layers: 0, focus, headers } as const;
        for await (const state of decoder.decode('/picture.jpg', options)) {
          if (state.type === 'tile' && state.picture.encoding === 'pq') {
            const { x, y, picture } = state;
            told.push(y);
            pixels += picture.width * picture.height;
            for (let row = 0; row < picture.height; row++) {
              const line = picture.data.subarray(3 * row * picture.width, 3 * (row + 1) * picture.width);
              tiled.set(line, 3 * ((y + row) * width + x));
            }
          } else if (state.type === 'layer') {
            difference = Math.max(
              ...state.picture.data
                .map((v, i) => Math.abs(v - tiled[i]!))
                .toSorted()
                .slice(-1),
            );
          }
        }
        decoder.close();
        return { order: told, worst: difference, seen: pixels };
      },
      [WIDTH, HEIGHT] as const,
    );
    expect(order).toEqual([1920, 960, 0]);
    expect(seen).toBe(WIDTH * HEIGHT);
    expect(worst).toBe(0);
  });

  test('the element shows what the viewport shows first, before any layer has come', async () => {
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await page.setViewportSize({ width: WIDTH, height: 600 });
    await page.evaluate((to) => {
      scrollTo(0, to);
      const drawn: string[] = [];
      Object.assign(window, { drawn });
      // Which thirds of the canvas have light, whenever that changes.
      const look = (): void => {
        const canvas = document.querySelector('hdr-image')!.shadowRoot!.querySelector('canvas');
        if (canvas !== null && canvas.height > 0) {
          const copy = new OffscreenCanvas(1, 3).getContext('2d')!;
          [500, 1500, 2500].forEach((y, i) => {
            copy.drawImage(canvas, 200, y, 1, 1, 0, i, 1, 1);
          });
          const { data } = copy.getImageData(0, 0, 1, 3);
          const lit = [0, 1, 2].map((i) => (data[4 * i + 3]! > 0 ? '#' : '.')).join('');
          if (lit !== drawn.at(-1)) drawn.push(lit);
        }
        requestAnimationFrame(look);
      };
      look();
      document.querySelector('hdr-image')!.src = '/held.jpg';
    }, HEIGHT);
    await told(page, /load/);
    const drawn = (): Promise<string[]> =>
      page.evaluate(() => (window as unknown as { drawn: string[] }).drawn);
    await expect.poll(drawn, { timeout: 60_000 }).toContain('###');
    const [first] = (await drawn()).filter((lit) => lit !== '...');
    expect(first).toBe('..#');
    expect(await layersTold(page)).toEqual([]);
  });
});

async function layersTold(page: Page): Promise<string[]> {
  const lines = await page.evaluate(() => window.told);
  return lines.filter((line) => !line.endsWith(' load'));
}
