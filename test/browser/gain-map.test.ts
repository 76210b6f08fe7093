import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encode } from '../../src/codec/index.ts';
import { srgbEncode } from '../../src/codec/srgb.ts';
import { cut } from '../../src/container/index.ts';
import { read } from '../../src/formats/index.ts';
import { gainMapMaker } from '../../src/gain-map/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { fromHalf } from '../../src/browser/half-float.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from './chromium.ts';
import { serveSite, type SiteServer } from './site-server.ts';

const [width, height] = [192, 128];
/** Waves of colour up to SDR white, and a sun of eight times that. */
const data = Float32Array.from({ length: width * height * 3 }, (_, i) => {
  const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
  const sun = 8 * Math.exp(-(((x - 140) / 20) ** 2) - ((y - 40) / 20) ** 2);
  return sun + 0.4 + 0.35 * Math.sin((x + 20 * c) / 17) * Math.cos(y / (11 + 3 * c));
});

let server: SiteServer;
let browser: Browser;
let page: Page;
/** The light that we read of the file ourselves, 1.0 for SDR white. */
let light: Float32Array;

beforeAll(async () => {
  const jpeg = nodeJpegCoder();
  const picture = { width, height, data, primaries: 'bt709', nitsPerUnit: 203 } as const;
  const options = { quality: 85, layers: 0, gainMap: gainMapMaker(jpeg) };
  const file = cut(await encode(picture, options, { networks: null, jpeg }), { hdr: 'gainmap' });
  light = (await read(file)).data;
  const bundle = await build({
    stdin: {
      contents: `
        import { WebGLRenderer } from 'three';
        import { HDRJPGLoader } from '@monogrid/gainmap-js';
        window.loadUltraHdr = async (url, most) => {
          const renderer = new WebGLRenderer();
          const result = await new HDRJPGLoader(renderer).loadAsync(url);
          result.material.maxDisplayBoost = most;
          result.render();
          const bits = result.toArray();
          return { width: result.width, height: result.height, bits: Array.from(bits) };
        };`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  server = await serveSite({
    isolated: false,
    routes: {
      '/test.html': (_, response) =>
        void response.setHeader('Content-Type', 'text/html').end('<!doctype html>'),
      '/ultra-hdr.jpg': (_, response) => void response.setHeader('Content-Type', 'image/jpeg').end(file),
      '/loader.js': (_, response) =>
        void response.setHeader('Content-Type', 'text/javascript').end(bundle.outputFiles[0]!.text),
    },
  });
  browser = await launchChromium({ flags: [...HDR_SCREEN, ...NEW_CANVAS] });
  page = await browser.newPage();
  await page.goto(`${server.url}/test.html`);
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

interface Loader {
  loadUltraHdr(url: string, most: number): Promise<{ width: number; height: number; bits: number[] }>;
}

/** The share of samples that are within a few percent of `wanted`. */
function agreement(given: ArrayLike<number>, wanted: ArrayLike<number>): number {
  let close = 0;
  for (let i = 0; i < wanted.length; i++)
    if (Math.abs(given[i]! - wanted[i]!) <= 0.02 + 0.03 * wanted[i]!) close++;
  return close / wanted.length;
}

describe('the Ultra HDR JPEG', () => {
  test('is shown by Chromium itself with all of its light', async () => {
    const drawn = async (headroom: number) =>
      page.evaluate(async (stops) => {
        const image = new Image();
        image.src = '/ultra-hdr.jpg';
        await image.decode();
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
        const settings = { colorType: 'float16' } as CanvasRenderingContext2DSettings;
        const context = canvas.getContext('2d', settings)!;
        // Stops that the canvas has above white: without them pictures are drawn as for an SDR screen.
        Object.assign(context, { globalHDRHeadroom: stops });
        context.drawImage(image, 0, 0);
        const options = { pixelFormat: 'rgba-float16' } as ImageDataSettings;
        const pixels = context.getImageData(0, 0, canvas.width, canvas.height, options)
          .data as ArrayLike<number>;
        return Array.from(pixels).filter((_, i) => i % 4 < 3);
      }, headroom);
    const signals = await drawn(4);
    expect(signals.length).toBe(light.length);
    expect(Math.max(...signals)).toBeGreaterThan(srgbEncode(7));
    expect(agreement(signals, light.map(srgbEncode))).toBeGreaterThan(0.99);
    expect(Math.max(...(await drawn(0)))).toBeLessThanOrEqual(1);
  });

  test('is its base where nothing of HDR is known', async () => {
    const most = await page.evaluate(async () => {
      const bitmap = await createImageBitmap(await (await fetch('/ultra-hdr.jpg')).blob());
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
      context.drawImage(bitmap, 0, 0);
      return Math.max(...context.getImageData(0, 0, bitmap.width, bitmap.height).data);
    });
    expect(most).toBe(255);
  });

  test('is read by gainmap-js, in WebGL', async () => {
    await page.addScriptTag({ url: '/loader.js', type: 'module' });
    await page.waitForFunction(() => 'loadUltraHdr' in window);
    const result = await page.evaluate(
      (most) => (window as unknown as Loader).loadUltraHdr('/ultra-hdr.jpg', most),
      16,
    );
    expect([result.width, result.height]).toEqual([width, height]);
    const shown = result.bits.filter((_, i) => i % 4 < 3).map(fromHalf);
    // Of textures the first row is the lowest.
    const upright = Array.from({ length: height }, (_, y) =>
      shown.slice(3 * width * (height - 1 - y), 3 * width * (height - y)),
    ).flat();
    expect(agreement(upright, light)).toBeGreaterThan(0.99);
  });
});
