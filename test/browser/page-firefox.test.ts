import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encode } from '../../src/codec/encode.ts';
import { cut, readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { gainMapMaker } from '../../src/gain-map/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../src/inference/node.ts';
import { launchFirefox } from './firefox.ts';
import { sunset } from './layered-file.ts';
import { serveSite, type Route, type SiteServer } from './site-server.ts';

// The page in the other browser, whose image decoder and canvases are its own.

const LAYERS = 2;
let server: SiteServer;
let browser: Browser;

const send = (body: Uint8Array | object): Route => {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  const type = body instanceof Uint8Array ? 'image/jpeg' : 'application/json';
  return (request, response) => {
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  };
};

beforeAll(async () => {
  const networks = await loadNetworks({ modelsFolder: 'models', providers: ['cpu'], threads: 2 });
  const jpeg = nodeJpegCoder();
  const options = { layers: LAYERS, gainMap: gainMapMaker(jpeg) };
  const file = await encode(sunset(192, 96), options, { networks, jpeg });
  await networks.release();
  const layered = cut(file, { hdr: '1' });
  const base = cut(file, { hdr: '0' });
  const { header, layers } = readLayout(layered) as LayeredLayout;
  const info = {
    width: header.width,
    height: header.height,
    headroom: header.headroom,
    base: { bytes: base.length },
    layers: layers.map(({ length }) => ({ bytes: length })),
    formats: ['sdr', 'layered', 'gainmap'],
  };
  const images: Route = (request, response, url) => {
    const hdr = url.searchParams.get('hdr');
    const count = Number(url.searchParams.get('layers') ?? LAYERS);
    if (url.pathname.endsWith('/info')) return send(info)(request, response, url);
    if (hdr === 'gainmap') return send(cut(file, { hdr: 'gainmap' }))(request, response, url);
    return send(hdr === '1' ? cut(layered, { hdr: '1', layers: count }) : base)(request, response, url);
  };
  const gallery = [{ key: 'sunset.exr', title: 'A sunset', credit: 'Nobody, CC0' }];
  server = await serveSite({ routes: { '/gallery.json': send(gallery), '/images/': images } });
  browser = await launchFirefox();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

const textOf = (page: Page, selector: string): Promise<string> =>
  page.$eval(selector, (element) => element.textContent);

test('a picture is decoded, and compared with its Ultra HDR JPEG', async () => {
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  await page.goto(server.url);
  await page.waitForSelector('[data-state=final]', { timeout: 60_000 });
  const choice = await page.waitForSelector('[data-views]:enabled [value=equal-bytes]');
  await choice!.evaluate((input) => {
    (input as HTMLInputElement).click();
  });
  await page.waitForFunction(
    () => !document.querySelector('[data-left]')!.hasAttribute('hidden') || document.querySelector('.error'),
  );
  expect(await page.$('.error')).toBeNull();
  expect(await textOf(page, '[data-left-chip]')).toMatch(/^Ultra HDR · /);
  expect(await textOf(page, '[data-status]')).toBe('2 layers and post-processing, on wasm');
});
