import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PqPicture } from '../../src/codec/layered-decoder.ts';
import { launchChromium } from './chromium.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { serveSite, testPage, type Route } from './site-server.ts';

/** Large enough to be cut for two. */
const [WIDTH, HEIGHT] = [1248, 416];

let file: Uint8Array;
let decoded: PqPicture;
let browser: Browser;
beforeAll(async () => {
  ({ file, decoded } = await layeredFile(sunset(WIDTH, HEIGHT), 1));
  browser = await launchChromium();
});
afterAll(() => browser.close());

interface Page {
  readonly isolated: boolean;
  /** Answers the second and any further worker that is started. */
  readonly further?: Route;
}

/**
 * Decodes in a page of a device with two cores, until as many workers were started as it has room for or pictures are decoded: how many workers
 * there were, tiles in the last picture, and how far it is from Node's.
 */
async function decodeWith({ isolated, further }: Page) {
  let workers = 0;
  await using server = await serveSite({
    isolated,
    routes: {
      '/test.html': testPage,
      '/picture.jpg': (_, response) => void response.end(file),
      '/network-worker.js': (request, response, url) => {
        if (++workers > 1 && further !== undefined) return further(request, response, url);
        response.writeHead(307, { Location: '/lib/network-worker.js' }).end();
      },
    },
  });
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(`${server.url}/test.html`);
    await page.waitForFunction(() => 'afterglow' in window);
    const { pixels, tiles } = await page.evaluate(async () => {
      const decoder = new window.afterglow.Decoder({
        workerUrl: '/decoder-worker.js',
        executionProviders: ['wasm'],
      });
      let tiles = 0;
      let pixels: number[] = [];
      // The first picture starts what the others find there.
      for (let picture = 0; picture < 3; picture++) {
        tiles = 0;
        for await (const state of decoder.decode('/picture.jpg', { output: 'pq', tiles: true })) {
          if (state.type === 'tile') tiles++;
          if (state.type === 'layer' && state.final) pixels = [...state.picture.data];
        }
      }
      decoder.close();
      return { pixels, tiles };
    });
    expect(pixels).toHaveLength(decoded.data.length);
    const difference = decoded.data.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - pixels[i]!)),
      0,
    );
    return { workers, tiles, difference };
  } finally {
    await context.close();
  }
}

describe('a page that has no threads', () => {
  test('has its tiles computed by a worker for each core', async () => {
    const { workers, tiles, difference } = await decodeWith({ isolated: false });
    expect([workers, tiles]).toEqual([2, 2]);
    expect(difference).toBeLessThan(1e-3);
  });

  test.each<[string, Route]>([
    ['cannot be loaded', (_, response) => void response.writeHead(404).end()],
    ['never begins', () => undefined],
    [
      'breaks off',
      (_, response) => {
        response.setHeader('Content-Type', 'text/javascript');
        response.end(
          'onmessage = ({ data: { type, id } }) => postMessage(type === "load" ? { type: "loaded", id, provider: "wasm" } : ' +
            '{ type: "error", id, code: "out_of_memory", message: "" })',
        );
      },
    ],
  ])('does without a second one that %s', async (_, further) => {
    const { workers, tiles, difference } = await decodeWith({ isolated: false, further });
    expect([workers, tiles]).toEqual([2, 2]);
    expect(difference).toBeLessThan(1e-3);
  });
});

test('a page that has threads leaves them the whole picture', async () => {
  const { workers, tiles, difference } = await decodeWith({ isolated: true });
  expect([workers, tiles]).toEqual([1, 1]);
  expect(difference).toBeLessThan(1e-3);
});
