import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type * as afterglow from '../../src/browser/index.ts';
import type { PqPicture } from '../../src/codec/layered-decoder.ts';
import { readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { launchChromium } from './chromium.ts';
import { decodeIn } from './decode-in-page.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { serveSite, testPage, type Route, type SiteServer } from './site-server.ts';

const LAYERS = 2;
/** Not a multiple of 16 on either side. */
const [WIDTH, HEIGHT] = [203, 117];

let file: Uint8Array;
let layout: LayeredLayout;
let decoded: PqPicture;
let prediction: PqPicture;

beforeAll(async () => {
  ({ file, decoded, prediction } = await layeredFile(sunset(WIDTH, HEIGHT), LAYERS));
  layout = readLayout(file) as LayeredLayout;
});

/** `/picture.jpg?cut=BYTES&damage=OFFSET` */
const sendPicture: Route = (_, response, { searchParams }) => {
  const bytes = file.slice(0, Number(searchParams.get('cut') ?? file.length));
  const damage = searchParams.get('damage');
  if (damage !== null) bytes[Number(damage)]! ^= 0x10;
  response.writeHead(200, { 'Content-Type': 'image/jpeg', Afterglow: 'layered;layers=2;of=2' });
  response.end(bytes);
};
const routes: Record<string, Route> = {
  '/test.html': testPage,
  '/picture.jpg': sendPicture,
  '/pending.jpg': (_, response) => {
    response.writeHead(200, { 'Content-Type': 'image/jpeg', Afterglow: 'sdr;pending' });
    response.end(file.subarray(0, layout.base.length));
  },
  '/busy.jpg': (_, response) => {
    response.writeHead(503, { 'Content-Type': 'application/problem+json', 'Retry-After': '3' });
    response.end(JSON.stringify({ status: 503, code: 'not_ready', detail: 'Come back.' }));
  },
};

async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${url}/test.html`);
  await page.waitForFunction(() => 'afterglow' in window);
  return page;
}

function largestDifference(pixels: ArrayLike<number>): number {
  expect(pixels).toHaveLength(decoded.data.length);
  return decoded.data.reduce((most, value, i) => Math.max(most, Math.abs(value - pixels[i]!)), 0);
}

describe('the same file in Node and in Chromium', () => {
  test.each([
    ['wasm', 'with threads', true],
    ['wasm', 'without threads', false],
    ['webgpu', 'with threads', true],
  ] as const)('gives the same PQ values within 1e-3 on %s, %s', async (provider, _, isolated) => {
    await using server = await serveSite({ routes, isolated });
    const browser = await launchChromium({ webgpu: provider === 'webgpu' });
    try {
      const result = await decodeIn(await openPage(browser, server.url), provider);
      expect(result.isolated).toBe(isolated);
      expect(result.events).toEqual(['base', 'header', 'layer 1', 'layer 2 final', `done 2 ${provider}`]);
      const difference = largestDifference(result.pixels);
      console.log(`Largest difference from Node on ${provider}: ${difference.toExponential(2)} of PQ`);
      expect(difference).toBeLessThan(1e-3);
    } finally {
      await browser.close();
    }
  });

  test('has layers that change the picture by more than that', () => {
    expect(largestDifference(prediction.data)).toBeGreaterThan(1e-2);
  });
});

describe('without the decoder', () => {
  test('an <img> shows the layered file as it shows the base alone', async () => {
    await using server = await serveSite({ routes });
    const browser = await launchChromium();
    try {
      const page = await openPage(browser, server.url);
      const pixels = (url: string): Promise<number[]> =>
        page.evaluate(async (source) => {
          const image = new Image();
          image.src = source;
          await image.decode();
          const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
          const context = canvas.getContext('2d')!;
          context.drawImage(image, 0, 0);
          return [...context.getImageData(0, 0, canvas.width, canvas.height).data];
        }, url);
      const plain = await pixels(`/picture.jpg?cut=${layout.base.length}`);
      expect(plain).toHaveLength(4 * WIDTH * HEIGHT);
      expect(new Set(plain).size).toBeGreaterThan(50);
      expect(await pixels('/picture.jpg')).toEqual(plain);
    } finally {
      await browser.close();
    }
  });
});

describe('the decoder', () => {
  let browser: Browser;
  let server: SiteServer;
  let page: Page;
  beforeAll(async () => {
    server = await serveSite({ routes });
    browser = await launchChromium();
    page = await openPage(browser, server.url);
  });
  afterAll(async () => {
    await browser.close();
    await server[Symbol.asyncDispose]();
  });

  test('shows the whole layers of a file that is cut within one', async () => {
    const { offset } = layout.layers[1]!;
    const { events } = await decodeIn(page, 'wasm', `/picture.jpg?cut=${offset + 5}`);
    expect(events).toEqual(['base', 'header', 'layer 1', 'layer 1 final', 'done 1 wasm']);
  });

  test('shows the base of a file that is cut within its header', async () => {
    const { offset } = layout.headerBox;
    const { events } = await decodeIn(page, 'wasm', `/picture.jpg?cut=${offset + 9}`);
    expect(events).toEqual(['base', 'done 0 null']);
  });

  test('names a cut base, a damaged header and a damaged layer', async () => {
    const [header, layer] = [layout.headerBox.offset + 20, layout.layers[1]!.offset + 3];
    const cut = await decodeIn(page, 'wasm', '/picture.jpg?cut=500');
    expect(cut.events).toEqual(['error truncated_jpeg']);
    const damagedHeader = await decodeIn(page, 'wasm', `/picture.jpg?damage=${header}`);
    expect(damagedHeader.events).toEqual(['base', 'error damaged_header']);
    const damagedLayer = await decodeIn(page, 'wasm', `/picture.jpg?damage=${layer}`);
    expect(damagedLayer.events).toEqual(['base', 'header', 'layer 1', 'error damaged_layer']);
  });

  test('says that the server is still encoding, or what it answered instead', async () => {
    expect((await decodeIn(page, 'wasm', '/pending.jpg')).events).toEqual(['base', 'done 0 null pending']);
    expect((await decodeIn(page, 'wasm', '/busy.jpg')).events).toEqual(['error not_ready 3']);
    expect((await decodeIn(page, 'wasm', '/nothing.jpg')).events).toEqual(['error not_found']);
  });

  test('stops when it is told to, and decodes the next file all the same', async () => {
    const result = await page.evaluate(async () => {
      const decoder = new window.afterglow.Decoder({
        workerUrl: '/decoder-worker.js',
        executionProviders: ['wasm'],
      });
      const controller = new AbortController();
      const events: string[] = [];
      try {
        for await (const state of decoder.decode('/picture.jpg', { signal: controller.signal })) {
          events.push(state.type);
          if (state.type === 'header') controller.abort();
        }
      } catch (error) {
        events.push((error as Error).name);
      }
      const bytes = new Uint8Array(await (await fetch('/picture.jpg')).arrayBuffer());
      for await (const state of decoder.decode(bytes, { layers: 1, post: false })) events.push(state.type);
      decoder.close();
      return events;
    });
    const cancelled = ['base', 'header', 'AbortError'];
    expect(result).toEqual([...cancelled, 'base', 'header', 'layer', 'done']);
  });

  test('fails by name when its worker cannot be loaded', async () => {
    const code = await page.evaluate(async () => {
      const decoder = new window.afterglow.Decoder({ workerUrl: '/no-such-worker.js' });
      try {
        await decoder.decode('/picture.jpg').next();
        return null;
      } catch (error) {
        return (error as afterglow.DecodeError).code;
      }
    });
    expect(code).toBe('worker_failed');
  });
});
