// What people see, to be looked at: the element and the service worker with a picture, in each kind of browser that the tests know.
// `node scripts/build.js && node test/bench/browser/screenshots.ts PICTURE FOLDER [MEGAPIXELS]`. A screenshot has no light beyond
// white: on an HDR screen it shows how the browser brings the page's light to that of an SDR picture.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { readLayout, type LayeredLayout } from '../../../src/container/index.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from '../../browser/chromium.ts';
import { elementPage, openElementPage } from '../../browser/element-page.ts';
import { layeredFile } from '../../browser/layered-file.ts';
import { sendPicture } from '../../browser/many-pictures.ts';
import { serveSite, type Route } from '../../browser/site-server.ts';
import { benchPicture } from './bench-picture.ts';

const [path, folder = 'screenshots', megapixels = '0.4'] = process.argv.slice(2);
if (path === undefined) throw new Error('Usage: screenshots.ts PICTURE FOLDER [MEGAPIXELS]');

const picture = await benchPicture(path, Number(megapixels));
const { width, height } = picture;
const { file } = await layeredFile(picture, 4);
const size = `width="${width}" height="${height}" style="display: block"`;

const element = elementPage(`<body style="background: #222">
<hdr-image src="/picture.jpg" alt="" ${size}></hdr-image>`);
const worker: Route = (_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/html' });
  response.end(`<!doctype html><body style="background: #222; margin: 0">
<script type="module">
  const { registerAfterglow } = await import('/lib/register.js');
  window.registered = await registerAfterglow({ cdn: ['/picture.jpg'], decoder: { executionProviders: ['wasm'] } });
  if (registered !== null && navigator.serviceWorker.controller === null)
    await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  document.body.insertAdjacentHTML('beforeend', '<img src="/picture.jpg" alt="" ${size}>');
  await document.images[0].decode();
  window.loaded = true;
</script>`);
};

const SCREENS = [
  ['sdr', { flags: [] }],
  ['hdr-canvas', { flags: [...HDR_SCREEN, ...NEW_CANVAS] }],
  ['hdr-image', { flags: HDR_SCREEN }],
  ['hdr-canvas-webgpu-decoder', { webgpu: true, flags: [...HDR_SCREEN, ...NEW_CANVAS] }],
] as const;

await mkdir(folder, { recursive: true });
const shoot = async (page: Page, name: string): Promise<void> => {
  await writeFile(join(folder, `${name}.png`), await page.screenshot());
  console.log(join(folder, `${name}.png`));
};

for (const isolated of [true, false]) {
  const base = (readLayout(file) as LayeredLayout).base.length;
  const routes = {
    '/element.html': element,
    '/worker.html': worker,
    '/picture.jpg': sendPicture(file, base),
  };
  await using server = await serveSite({ routes, isolated });
  for (const [screen, options] of SCREENS) {
    const browser = await launchChromium(options);
    const name = `${screen}${isolated ? '-isolated' : ''}`;
    try {
      const provider = 'webgpu' in options ? 'webgpu' : 'wasm';
      const shown = await openElementPage(browser, `${server.url}/element.html?provider=${provider}`, {
        webgpuCanvas: false,
      });
      await shown.setViewportSize({ width, height });
      const last = screen === 'sdr' ? 'load' : 'final';
      await shown.waitForFunction((end) => window.told.some((line) => line.endsWith(end)), last, {
        timeout: 300_000,
      });
      await shown.waitForTimeout(300);
      await shoot(shown, `element-${name}`);
      await shown.close();
      const page = await browser.newPage({ viewport: { width, height } });
      await page.goto(`${server.url}/worker.html`);
      await page.waitForFunction(() => 'loaded' in window, undefined, { timeout: 300_000 });
      await shoot(page, `worker-${name}`);
    } finally {
      await browser.close();
    }
  }
}
