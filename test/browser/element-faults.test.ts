import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pqEncode } from '../../src/codec/pq.ts';
import { srgbDecode } from '../../src/codec/srgb.ts';
import type { PqPicture } from '../../src/codec/layered-decoder.ts';
import { readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from './chromium.ts';
import { canvasSignals, elementPage, openElementPage, told } from './element-page.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { sendPicture } from './many-pictures.ts';
import { serveSite, type Route } from './site-server.ts';

/** What computes and what draws can be gone at any time: the element goes on without it, or says why not. */

const SCREEN = [...HDR_SCREEN, ...NEW_CANVAS];

let file: Uint8Array;
let decoded: PqPicture;
beforeAll(async () => {
  ({ file, decoded } = await layeredFile(sunset(203, 117), 2));
});

const pages = (): Record<string, Route> => ({
  '/test.html': elementPage('<hdr-image src="/picture.jpg" alt="" width="203" height="117"></hdr-image>'),
  '/picture.jpg': sendPicture(file, (readLayout(file) as LayeredLayout).base.length),
});

/** A script of the site's, with what makes it fail before or behind it. */
function changed(path: string, change: (script: string) => string): Route {
  return async (_, response) => {
    const script = await readFile(`dist/site/${path}`, 'utf8');
    response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(change(script));
  };
}

const missing: Route = (_, response) => {
  response.writeHead(404).end();
};

/** Waits until the canvas above the base holds what Node decodes; fails, also if anyone was told of an error, otherwise. */
async function showsAll(page: Page): Promise<void> {
  await told(page, /final/);
  const difference = async (): Promise<number> => {
    const signals = await canvasSignals(page);
    if (signals?.length !== (decoded.data.length / 3) * 4) return Infinity;
    const differences = decoded.data.map((pq, i) =>
      Math.abs(pqEncode(203 * srgbDecode(signals[4 * Math.floor(i / 3) + (i % 3)]!)) - pq),
    );
    return differences.reduce((worst, value) => Math.max(worst, value));
  };
  await expect.poll(difference, { timeout: 30_000 }).toBeLessThan(2e-3);
  const lines = await page.evaluate(() => window.told);
  expect(lines.filter((line) => /error|UNHANDLED/.test(line))).toEqual([]);
}

describe('on a 2D canvas', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium({ flags: SCREEN });
  });
  afterAll(() => browser.close());

  test('the worker draws', async () => {
    await using server = await serveSite({ routes: pages() });
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await showsAll(page);
    const drawnByPage = await page.evaluate(() => {
      try {
        return document.querySelector('hdr-image')!.shadowRoot!.querySelector('canvas')!.getContext('2d');
      } catch (error) {
        return (error as Error).name;
      }
    });
    expect(drawnByPage).toBe('InvalidStateError');
  });

  test('where the worker that draws cannot be loaded, the page does', async () => {
    await using server = await serveSite({ routes: { ...pages(), '/painter-worker.js': missing } });
    await showsAll(await openElementPage(browser, `${server.url}/test.html`));
  });

  test('where it fails behind the last layer, the page draws again what was shown', async () => {
    const fail = (script: string): string =>
      `${script}\nlet drawn = 0; addEventListener('message', ({ data }) => { if (data.type === 'draw' && ++drawn === 1) setTimeout(() => { throw new Error('failed'); }, 1000); });`;
    await using server = await serveSite({
      routes: { ...pages(), '/painter-worker.js': changed('painter-worker.js', fail) },
    });
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /final/);
    await page.evaluate(() => {
      window.told = [];
    });
    await showsAll(page);
  });
});

describe('without the worker of the networks', () => {
  test('the base stays, an error says so, and nothing is thrown', async () => {
    await using server = await serveSite({ routes: { ...pages(), '/network-worker.js': missing } });
    const browser = await launchChromium({ flags: SCREEN });
    try {
      const page = await openElementPage(browser, `${server.url}/test.html`);
      await told(page, /error/);
      expect(await page.evaluate(() => window.told)).toEqual(['image load', 'image error worker_failed']);
    } finally {
      await browser.close();
    }
  });
});

describe('without memory', () => {
  test.each([
    [
      'for the runtime',
      'WebAssembly.Memory = class { constructor() { throw new RangeError("No memory"); } };',
    ],
    [
      'for a picture',
      'WebAssembly.Memory.prototype.grow = () => { throw new RangeError("No memory"); }; const { set } = Float32Array.prototype; Float32Array.prototype.set = function (...given) { if (given[0].length > 1e4) throw new RangeError("No memory"); return set.apply(this, given); };',
    ],
  ])('%s the base stays, an error says so, and nothing is thrown', async (_, without) => {
    const starve = (script: string): string => `${without}\n${script}`;
    await using server = await serveSite({
      routes: { ...pages(), '/network-worker.js': changed('network-worker.js', starve) },
    });
    const browser = await launchChromium({ flags: SCREEN });
    try {
      const page = await openElementPage(browser, `${server.url}/test.html`);
      await told(page, /error/);
      expect(await page.evaluate(() => window.told)).toEqual([
        'image load',
        expect.stringMatching(/^image error (?:provider_unavailable|internal_error)$/),
      ]);
    } finally {
      await browser.close();
    }
  });
});

describe('with WebGPU', () => {
  test.each([
    ['while it computes', 30],
    ['before it does', 1],
  ])('a device that is lost %s leaves the picture to wasm', async (_, submissions) => {
    const lose = (script: string): string => `
      const { requestDevice } = GPUAdapter.prototype;
      GPUAdapter.prototype.requestDevice = async function (...wanted) {
        const device = await requestDevice.apply(this, wanted);
        const submit = device.queue.submit.bind(device.queue);
        let submitted = 0;
        device.queue.submit = (buffers) => {
          submit(buffers);
          if (++submitted === ${submissions}) { device.destroy(); fetch('/lost'); }
        };
        return device;
      };
      ${script}`;
    let lost = 0;
    await using server = await serveSite({
      routes: {
        ...pages(),
        '/network-worker.js': changed('network-worker.js', lose),
        '/lost': (_request, response) => {
          lost++;
          response.writeHead(204).end();
        },
      },
    });
    const browser = await launchChromium({ webgpu: true, flags: SCREEN });
    try {
      const url = `${server.url}/test.html?provider=webgpu`;
      const page = await openElementPage(browser, url, { webgpuCanvas: false });
      await showsAll(page);
      expect(lost).toBe(1);
    } finally {
      await browser.close();
    }
  });
});
