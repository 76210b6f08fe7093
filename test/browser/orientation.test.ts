import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromHalf } from '../../src/browser/half-float.ts';
import type * as comparing from '../../src/browser/page/ultra-hdr-decode.ts';
import type * as registering from '../../src/browser/service-worker/index.ts';
import type { PqPicture } from '../../src/codec/layered-decoder.ts';
import { linearFromPq } from '../../src/codec/pq.ts';
import { srgbEncode } from '../../src/codec/srgb.ts';
import { cut, readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { read } from '../../src/formats/index.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from './chromium.ts';
import { canvasSignals, elementPage, openElementPage, told } from './element-page.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { serveSite, type Route, type SiteServer } from './site-server.ts';

declare global {
  interface Window {
    loaded: unknown;
  }
}

// Photographs from phones lie as the sensor did, and their Exif says how to turn them: base, layers and gain map alike.

const LAYERS = 1;
const WHITE = 203;
/** As it is shown; stored it lies on its side, in two tiles. */
const [WIDTH, HEIGHT] = [150, 1354];

describe.each([6, 7])('a picture that Exif turns (%i)', (orientation) => {
  let layout: LayeredLayout;
  let decoded: PqPicture;
  let ultraHdr: Uint8Array;
  let server: SiteServer;
  let browser: Browser;
  beforeAll(async () => {
    let file: Uint8Array;
    ({ file, decoded } = await layeredFile(sunset(WIDTH, HEIGHT), LAYERS, orientation));
    layout = readLayout(file) as LayeredLayout;
    ultraHdr = cut(file, { hdr: 'gainmap' });
    const bundle = await build({
      entryPoints: ['src/browser/page/ultra-hdr-decode.ts'],
      bundle: true,
      format: 'esm',
      write: false,
    });
    const [base, layered] = [cut(file, { hdr: '0' }), cut(file, { hdr: '1' })];
    const send =
      (type: string, plain: Uint8Array, layers = plain): Route =>
      ({ headers }, response) => {
        const bytes = headers.accept?.includes('vnd.afterglow') === true ? layers : plain;
        const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
        response.writeHead(from > 0 ? 206 : 200, {
          'Content-Type': type,
          Vary: 'Accept',
          ...(from > 0 ? { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
        });
        response.end(bytes.subarray(from));
      };
    const empty = Buffer.from('<!doctype html><body>');
    server = await serveSite({
      routes: {
        '/element.html': elementPage(
          '<hdr-image src="/picture.jpg" alt="" style="display: block"></hdr-image>',
        ),
        '/empty.html': send('text/html', empty),
        '/picture.jpg': send('image/jpeg', base, layered),
        '/ultra-hdr.jpg': send('image/jpeg', ultraHdr),
        '/ultra-hdr-decode.js': send('text/javascript', bundle.outputFiles[0]!.contents),
      },
    });
    browser = await launchChromium({ flags: [...HDR_SCREEN, ...NEW_CANVAS] });
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  test('is stored on its side', () => {
    expect(layout).toMatchObject({ orientation, header: { width: HEIGHT, height: WIDTH } });
    expect(decoded).toMatchObject({ width: WIDTH, height: HEIGHT });
  });

  test('comes in tiles where they are shown, those that are looked at first', async () => {
    const page = await openElementPage(browser, `${server.url}/element.html`);
    const bottomFirst = await tiles(page, HEIGHT - 10);
    const topFirst = await tiles(page, 10);
    for (const { order, worst, seen, size } of [bottomFirst, topFirst]) {
      expect(size).toEqual([WIDTH, HEIGHT]);
      expect(order).toHaveLength(2);
      expect(seen).toBe(WIDTH * HEIGHT);
      expect(worst).toBe(0);
    }
    expect(topFirst.order).toEqual([...bottomFirst.order].reverse());
    expect(topFirst.order[0]).toBe(0);
  });

  /** The tops of tiles in the order in which they came, and how they differ from the picture without its layers. */
  function tiles(page: Page, focusAt: number) {
    return page.evaluate(
      async ([width, height, y]) => {
        const { Decoder, Focus } = window.afterglow;
        const decoder = new Decoder({ workerUrl: '/decoder-worker.js', executionProviders: ['wasm'] });
        const focus = new Focus();
        focus.rect = { x: 0, y, width, height: 1 };
        const tiled = new Float32Array(3 * width * height);
        const order: number[] = [];
        const size: number[] = [];
        let seen = 0;
        let worst = Infinity;
        const headers = { Accept: 'image/vnd.afterglow' };
        const options = { output: 'pq', tiles: true, layers: 0, focus, headers } as const;
        for await (const state of decoder.decode('/picture.jpg', options)) {
          if (state.type === 'header') size.push(state.width, state.height);
          else if (state.type === 'tile') {
            const { x, y: top, picture } = state;
            order.push(top);
            seen += picture.width * picture.height;
            for (let row = 0; row < picture.height; row++) {
              const line = picture.data.subarray(3 * row * picture.width, 3 * (row + 1) * picture.width);
              tiled.set(line, 3 * ((top + row) * width + x));
            }
          } else if (state.type === 'layer') {
            worst = Math.max(
              ...Array.from(state.picture.data, (v, i) => Math.abs(v - tiled[i]!))
                .toSorted()
                .slice(-1),
            );
          }
        }
        decoder.close();
        return { order, worst, seen, size };
      },
      [WIDTH, HEIGHT, focusAt] as const,
    );
  }

  test('is shown by the element as an <img> shows its base, with the light that Node decodes', async () => {
    const page = await openElementPage(browser, `${server.url}/element.html`);
    await told(page, /final/);
    const natural = await page.evaluate(() => {
      const { naturalWidth, naturalHeight } = document.querySelector('hdr-image')!;
      return [naturalWidth, naturalHeight];
    });
    expect(natural).toEqual([WIDTH, HEIGHT]);
    const signals = (await canvasSignals(page))!.filter((_, i) => i % 4 < 3);
    expect(agreement(signals, linearFromPq(decoded.data, WHITE))).toBeGreaterThan(0.99);
  });

  test('has a gain map that Chromium turns with it', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/empty.html`);
    const shown = await nativeSignals(page, '/ultra-hdr.jpg');
    expect(shown).toMatchObject({ width: WIDTH, height: HEIGHT });
    expect(agreement(shown.signals, (await read(ultraHdr)).data)).toBeGreaterThan(0.99);
  });

  test('is made an Ultra HDR JPEG by the service worker, whose map lies as its base does', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${server.url}/empty.html`);
    await load(page, '/lib/register.js');
    await page.evaluate(async () => {
      const decoder = { executionProviders: ['wasm'] } as const;
      const options = { cdn: ['/picture'], dynamicRange: 'high', decoder, patience: 60_000 } as const;
      await (window.loaded as typeof registering).registerAfterglow(options);
    });
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const shown = await nativeSignals(page, '/picture.jpg');
    expect(shown).toMatchObject({ width: WIDTH, height: HEIGHT });
    expect(agreement(shown.signals, linearFromPq(decoded.data, WHITE))).toBeGreaterThan(0.99);
    await page.context().close();
  });

  test('is compared on the product’s page with its map turned', async () => {
    const page = await browser.newPage();
    await page.goto(`${server.url}/empty.html`);
    await load(page, '/ultra-hdr-decode.js');
    const picture = await page.evaluate(async () => {
      const file = await (await fetch('/ultra-hdr.jpg')).blob();
      const { width, height, data } = await (window.loaded as typeof comparing).decodeUltraHdr(file);
      return { width, height, bits: Array.from(data) };
    });
    expect(picture).toMatchObject({ width: WIDTH, height: HEIGHT });
    const signals = picture.bits.filter((_, i) => i % 4 < 3).map((bits) => srgbEncode(fromHalf(bits)));
    expect(agreement(signals, (await read(ultraHdr)).data)).toBeGreaterThan(0.99);
  });
});

/** Puts a module's exports into the page. */
async function load(page: Page, url: string): Promise<void> {
  await page.addScriptTag({
    type: 'module',
    content: `window.loaded = await import(${JSON.stringify(url)})`,
  });
  await page.waitForFunction(() => 'loaded' in window);
}

/** An `<img>` on a canvas with headroom: half floats of sRGB, 1.0 is SDR white, R G B. */
function nativeSignals(page: Page, src: string) {
  return page.evaluate(async (url) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const settings = { colorType: 'float16' } as CanvasRenderingContext2DSettings;
    const drawing = canvas.getContext('2d', settings)!;
    Object.assign(drawing, { globalHDRHeadroom: 8 });
    drawing.drawImage(image, 0, 0);
    const options = { pixelFormat: 'rgba-float16' } as ImageDataSettings;
    const pixels = drawing.getImageData(0, 0, canvas.width, canvas.height, options).data as ArrayLike<number>;
    const signals = Array.from(pixels).filter((_, i) => i % 4 < 3);
    return { width: image.naturalWidth, height: image.naturalHeight, signals };
  }, src);
}

/** The share of signals that show this light (1.0 is SDR white), within a few percent. */
function agreement(signals: ArrayLike<number>, light: Float32Array): number {
  expect(signals.length).toBe(light.length);
  const close = light.filter((value, i) => {
    const wanted = srgbEncode(Math.max(value, 0));
    return Math.abs(signals[i]! - wanted) <= 0.02 + 0.03 * wanted;
  });
  return close.length / light.length;
}
