import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PqPicture } from '../../src/codec/layered-decoder.ts';
import { linearFromPq } from '../../src/codec/pq.ts';
import { srgbEncode } from '../../src/codec/srgb.ts';
import { readBase, readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { read } from '../../src/formats/index.ts';
import { QualityReference } from '../../src/metrics/index.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from './chromium.ts';
import { elementPage, openElementPage, told } from './element-page.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { scanOf } from './scan.ts';
import { serveSite, type Route } from './site-server.ts';

// How <hdr-image> shows light where no canvas exceeds SDR white: the display `ultra-hdr-image`.

const LAYERS = 2;
const WHITE = 203;
const [WIDTH, HEIGHT] = [203, 117];

let file: Uint8Array;
let decoded: PqPicture;
let light: Float32Array;
beforeAll(async () => {
  ({ file, decoded } = await layeredFile(sunset(WIDTH, HEIGHT), LAYERS));
  light = linearFromPq(decoded.data, WHITE);
});

const sendPicture: Route = (_, response) => {
  response.writeHead(200, { 'Content-Type': 'image/jpeg', ETag: '"one"' }).end(file);
};
const missing: Route = (_, response) => void response.writeHead(404).end();
const tag = `<hdr-image src="/picture.jpg" alt="A sunset" width="406" height="234"></hdr-image>`;
const routes = { '/test.html': elementPage(tag), '/picture.jpg': sendPicture };

let browser: Browser;
afterEach(() => browser.close());

/** Of the image that has the light: its bytes, and what a canvas with headroom is drawn (half floats of sRGB, R G B). */
function shownImage(page: Page): Promise<{ bytes: number[]; signals: number[]; hidden: string | null }> {
  return page.evaluate(async () => {
    const image = document
      .querySelector('hdr-image')!
      .shadowRoot!.querySelector<HTMLImageElement>('[part=canvas]')!;
    const bytes = Array.from(new Uint8Array(await (await fetch(image.src)).arrayBuffer()));
    const settings = { colorType: 'float16' } as CanvasRenderingContext2DSettings;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const drawing = canvas.getContext('2d', settings)!;
    Object.assign(drawing, { globalHDRHeadroom: 8 });
    drawing.drawImage(image, 0, 0);
    const options = { pixelFormat: 'rgba-float16' } as ImageDataSettings;
    const pixels = drawing.getImageData(0, 0, canvas.width, canvas.height, options).data as ArrayLike<number>;
    return { bytes, signals: Array.from(pixels).filter((_, i) => i % 4 < 3), hidden: image.ariaHidden };
  });
}

/** A browser that knows HDR canvases, since we look into one; the page is told that there are none. */
async function openWithoutCanvas(url: string): Promise<Page> {
  browser = await launchChromium({ flags: [...HDR_SCREEN, ...NEW_CANVAS] });
  const page = await browser.newPage();
  await page.addInitScript(() => {
    Object.assign(OffscreenCanvasRenderingContext2D.prototype, { getContextAttributes: () => ({}) });
    window.addEventListener(
      'layer',
      (event) => window.told.push(`display ${(event as CustomEvent<{ display: string }>).detail.display}`),
      true,
    );
  });
  await page.goto(url);
  await page.waitForFunction(() => 'afterglow' in window);
  return page;
}

describe('on an HDR screen whose canvases are SDR', () => {
  test('the element shows an Ultra HDR JPEG around the same base, whose light is the decoded one', async () => {
    await using server = await serveSite({ routes });
    const page = await openWithoutCanvas(`${server.url}/test.html`);
    await told(page, /final/);
    expect(await page.evaluate(() => window.told)).toContain('display ultra-hdr-image');
    const { bytes, signals, hidden } = await shownImage(page);
    expect(hidden).toBe('true');
    const close = light.filter((value, i) => {
      const wanted = srgbEncode(value);
      return Math.abs(signals[i]! - wanted) <= 0.02 + 0.03 * wanted;
    });
    expect(close.length / light.length).toBeGreaterThan(0.99);
    expect(Math.max(...signals)).toBeGreaterThan(srgbEncode(10));

    const jpeg = Uint8Array.from(bytes);
    expect(scanOf(jpeg)).toEqual(scanOf(readBase(file, readLayout(file) as LayeredLayout)));
    const reference = new QualityReference(
      light.map((value) => value * WHITE),
      WIDTH,
      HEIGHT,
    );
    expect(reference.compare((await read(jpeg)).data.map((v) => v * WHITE)).puPsnrY).toBeGreaterThan(55);
  });

  test('out of view its memory is given back', async () => {
    await using server = await serveSite({
      routes: { ...routes, '/test.html': elementPage(`${tag}<div class="far">Far</div>`) },
    });
    const page = await openWithoutCanvas(`${server.url}/test.html`);
    await told(page, /final/);
    const images = (): Promise<number> =>
      page.evaluate(
        () => document.querySelector('hdr-image')!.shadowRoot!.querySelectorAll('[part=canvas]').length,
      );
    expect(await images()).toBe(1);
    await page.evaluate(() => {
      document.querySelector('.far')!.scrollIntoView();
    });
    await expect.poll(images).toBe(0);
  });

  test.each(['maker', 'worker'])('without the %s the base stays, and an error says so', async (part) => {
    await using server = await serveSite({ routes: { ...routes, [`/ultra-hdr-${part}.js`]: missing } });
    const page = await openWithoutCanvas(`${server.url}/test.html`);
    await told(page, /error/);
    expect(await page.evaluate(() => window.told.filter((line) => !line.includes('display')))).toEqual([
      'image load',
      expect.stringMatching(/^image error worker_failed$/),
    ]);
  });
});

test('on an SDR screen that is told to be an HDR one, our own tone mapping is better than a base', async () => {
  await using server = await serveSite({
    routes: { ...routes, '/test.html': elementPage(tag.replace('>', ' dynamic-range="high">')) },
  });
  browser = await launchChromium();
  const page = await openElementPage(browser, `${server.url}/test.html`);
  await page.evaluate(() => {
    window.addEventListener(
      'layer',
      (event) => window.told.push((event as CustomEvent<{ display: string }>).detail.display),
      true,
    );
  });
  await told(page, /final/);
  expect(
    await page.evaluate(
      () => document.querySelector('hdr-image')!.shadowRoot!.querySelector('canvas') !== null,
    ),
  ).toBe(true);
});
