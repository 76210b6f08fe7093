import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encode } from '../../src/codec/encode.ts';
import { cut, readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { read } from '../../src/formats/index.ts';
import { gainMapMaker } from '../../src/gain-map/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../src/inference/node.ts';
import { complaints } from './axe.ts';
import { launchChromium } from './chromium.ts';
import { sunset } from './layered-file.ts';
import { serveSite, type Route, type SiteServer } from './site-server.ts';

// What the page shows of a picture beside its decode, and what a screen reader makes of every state of it.

const LAYERS = 3;

let layered: Uint8Array;
let ultraHdr: Uint8Array;
let base: Uint8Array;
let layout: LayeredLayout;
let server: SiteServer;
let open: SiteServer;
let browser: Browser;
let gainMapStatus = 200;

const send = (bytes: Uint8Array, type = 'image/jpeg', status = 200): Route => {
  return (request, response) => {
    response.writeHead(status, { 'Content-Type': type, 'Content-Length': bytes.length });
    response.end(request.method === 'HEAD' ? undefined : bytes);
  };
};
const json = (value: unknown, status = 200): Route =>
  send(Buffer.from(JSON.stringify(value)), 'application/json', status);

const images: Route = (request, response, url) => {
  const hdr = url.searchParams.get('hdr');
  const layers = Number(url.searchParams.get('layers') ?? LAYERS);
  const info = {
    width: layout.header.width,
    height: layout.header.height,
    headroom: layout.header.headroom,
    base: { bytes: base.length },
    layers: layout.layers.map(({ length }) => ({ bytes: length })),
    formats: ['sdr', 'layered', 'gainmap'],
  };
  const refusal = json({ code: 'too_busy', detail: 'The map is not to be had now.' }, 503);
  const answer =
    request.method === 'PUT'
      ? json({ code: 'unsupported_format', detail: 'This is no picture that is known here.' }, 415)
      : url.pathname.endsWith('/info')
        ? json(info)
        : hdr === 'gainmap'
          ? gainMapStatus === 200
            ? send(ultraHdr)
            : refusal
          : send(hdr === '1' ? cut(layered, { hdr: '1', layers }) : base);
  return answer(request, response, url);
};

beforeAll(async () => {
  const networks = await loadNetworks({ modelsFolder: 'models', providers: ['cpu'], threads: 2 });
  const jpeg = nodeJpegCoder();
  const file = await encode(
    sunset(192, 96),
    { layers: LAYERS, gainMap: gainMapMaker(jpeg) },
    { networks, jpeg },
  );
  await networks.release();
  layered = cut(file, { hdr: '1' });
  ultraHdr = cut(file, { hdr: 'gainmap' });
  base = cut(file, { hdr: '0' });
  layout = readLayout(layered) as LayeredLayout;
  const routes = {
    '/gallery.json': json([{ key: 'sunset.exr', title: 'A sunset', credit: 'Nobody, CC0' }]),
    '/images/': images,
  };
  server = await serveSite({ routes });
  open = await serveSite({ routes, isolated: false });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await open[Symbol.asyncDispose]();
});

async function openPage(
  address = server.url,
  width = 1280,
  colorScheme: 'dark' | 'light' = 'dark',
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(address);
  return page;
}

async function decoded(page: Page): Promise<Locator> {
  await page.locator('[data-state=final]').waitFor();
  await expect.poll(() => page.getByRole('radio', { name: 'SDR | Luminance' }).isEnabled()).toBe(true);
  return page.getByRole('article');
}

async function pixels(canvas: Locator): Promise<number[]> {
  return canvas.evaluate((element: HTMLCanvasElement) => {
    const context = element.getContext('2d');
    return [...(context?.getImageData(0, 0, element.width, element.height).data ?? [])];
  });
}

test.each([true, false])('a picture is decoded, cross-origin isolated: %s', async (isolated) => {
  const page = await openPage((isolated ? server : open).url);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
  const card = await decoded(page);
  await expect.poll(() => card.getByRole('status').textContent()).toBe('3 layers, decoded on wasm');
  await page.close();
});

describe('Ultra HDR | Afterglow', () => {
  test('compares the files whose bytes are nearest, and says how many each has', async () => {
    const page = await openPage();
    const card = await decoded(page);
    await card.getByRole('radio', { name: 'Ultra HDR | Afterglow' }).check();
    const left = card.getByRole('img', { name: 'A sunset: the Ultra HDR JPEG' });
    await left.waitFor();
    const sizes = Array.from({ length: LAYERS }, (_, i) => cut(layered, { hdr: '1', layers: i + 1 }).length);
    const distance = (size: number): number => Math.abs(Math.log(size / ultraHdr.length));
    const best = sizes.reduce((a, b) => (distance(b) < distance(a) ? b : a));
    const text = (bytes: number): string => `${Number((bytes / 1000).toPrecision(3))} kB`;
    const layers = sizes.indexOf(best) + 1;
    expect(await card.locator('[data-left-chip]').textContent()).toBe(`Ultra HDR · ${text(ultraHdr.length)}`);
    expect(await card.locator('[data-right-chip]').textContent()).toBe(
      `Afterglow, ${layers} ${layers === 1 ? 'layer' : 'layers'} · ${text(best)}`,
    );
    const ratio = (ultraHdr.length / best).toFixed(2);
    expect(await card.locator('[data-note]').textContent()).toContain(`has ${ratio} times the bytes`);
    await page.close();
  });

  test('shows of the Ultra HDR JPEG the light that its map stands for', async () => {
    const page = await openPage();
    const card = await decoded(page);
    await card.getByRole('radio', { name: 'Ultra HDR | Afterglow' }).check();
    const left = card.getByRole('img', { name: 'A sunset: the Ultra HDR JPEG' });
    await left.waitFor();
    // Far enough down that nothing is rolled off: signals are then those of the light itself.
    await card.getByRole('slider', { name: 'Exposure' }).fill('-6');
    const { data } = await read(ultraHdr);
    const light = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    const glow = 48 * 192 + 139;
    await expect
      .poll(async () => {
        const shown = 64 * light((await pixels(left))[4 * glow]! / 255);
        return Math.abs(Math.log2(shown / data[3 * glow]!));
      })
      .toBeLessThan(0.1);
    await page.close();
  });

  test('goes back to the decode, and says why, when a file cannot be had', async () => {
    const page = await openPage();
    const card = await decoded(page);
    gainMapStatus = 503;
    try {
      await card.getByRole('radio', { name: 'Ultra HDR | Afterglow' }).click();
      await expect.poll(() => card.getByRole('status').textContent()).toBe('The map is not to be had now.');
    } finally {
      gainMapStatus = 200;
    }
    expect(await card.getByRole('radio', { name: 'SDR | HDR' }).isChecked()).toBe(true);
    expect(await complaints(page)).toEqual([]);
    await page.close();
  });
});

test('who has left a comparison that cannot be had stays where they went', async () => {
  const page = await openPage();
  const card = await decoded(page);
  let refuse = (): void => undefined;
  const asked = new Promise<void>((resolve) => {
    void page.route(/hdr=gainmap/, async (route) => {
      if (route.request().method() === 'HEAD') return route.continue();
      await new Promise<void>((go) => {
        refuse = go;
        resolve();
      });
      await route.fulfill({ status: 503, json: { code: 'too_busy', detail: 'Not now.' } });
    });
  });
  await card.getByRole('radio', { name: 'Ultra HDR | Afterglow' }).check();
  await asked;
  await card.getByRole('radio', { name: 'SDR | Luminance' }).check();
  const answer = page.waitForResponse(/hdr=gainmap/);
  refuse();
  await (await answer).finished();
  await expect.poll(() => card.getByRole('status').textContent()).toContain('decoded on');
  expect(await card.getByRole('radio', { name: 'SDR | Luminance' }).isChecked()).toBe(true);
  expect(await card.getByRole('img', { name: 'A sunset: a map of its luminance' }).isVisible()).toBe(true);
  await page.close();
});

test('luminance is shown in false colours with its legend, by the keyboard alone', async () => {
  const page = await openPage();
  const card = await decoded(page);
  await card.getByRole('radio', { name: 'SDR | HDR' }).focus();
  await page.keyboard.press('ArrowLeft');
  const map = card.getByRole('img', { name: 'A sunset: a map of its luminance' });
  await map.waitFor();
  const codes = await pixels(map);
  const at = (x: number, y: number): number[] => codes.slice(4 * (192 * y + x), 4 * (192 * y + x) + 3);
  // The sun has 20,000 cd/m², the hills about 12.
  expect(at(125, 48)).toEqual([226, 62, 80]);
  expect(at(20, 90)).toEqual([130, 133, 142]);
  const figure = card.locator('[data-histogram]');
  expect(await figure.locator('.legend li').count()).toBe(9);
  expect(await figure.locator('p').textContent()).toMatch(
    /^Median [\d.,]+ cd\/m², peak [\d.,]+ cd\/m²; [\d.]+ % of the picture exceeds SDR white/,
  );
  await page.close();
});

test('bytes over time are those of the file, also when the page is told to read slowly', async () => {
  const page = await openPage();
  const card = await decoded(page);
  const figure = card.locator('[data-transfer]');
  const names = ['Base', 'Layer 1', 'Layer 2', 'Layer 3, final'];
  await expect.poll(() => figure.locator('li span').allTextContents()).toEqual(names);
  const kilobytes = `${Number((layered.length / 1000).toPrecision(3))} kB`;
  const caption = figure.locator('figcaption');
  await expect.poll(() => caption.textContent()).toContain(`Bytes over time: ${kilobytes} in `);
  await page.getByRole('combobox', { name: 'Network' }).selectOption('100 kbit/s');
  // 12,500 bytes a second, in figures of two digits.
  const least = (0.95 * layered.length) / 12_500;
  const seconds = async () => Number(/in ([\d.]+) s/.exec((await caption.textContent())!)?.[1]);
  await expect
    .poll(async () => (await figure.locator('li').count()) === 4 && (await seconds()) > least)
    .toBe(true);
  expect(await caption.textContent()).toContain(kilobytes);

  await page.getByRole('combobox', { name: 'Network' }).selectOption('As fast as it is');
  await card.getByRole('button', { name: 'Load again: A sunset' }).click();
  await expect.poll(() => figure.locator('li span').allTextContents()).toEqual(names);
  await page.close();
});

test('a file that is dropped anywhere is the one to upload, and a refusal is said', async () => {
  const page = await openPage();
  await decoded(page);
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    for (const name of ['dropped.exr', 'another.exr']) {
      dataTransfer.items.add(new File(['no picture'], name));
    }
    const drop = { dataTransfer, bubbles: true, cancelable: true };
    document.querySelector('article')!.dispatchEvent(new DragEvent('dragover', drop));
    document.querySelector('article')!.dispatchEvent(new DragEvent('drop', drop));
  });
  expect(await page.locator('[data-file-name]').textContent()).toBe('dropped.exr (10 B)');
  await page.getByText('One picture at a time: dropped.exr is chosen; drop the others after it.').waitFor();
  expect(await page.getByLabel('Name').inputValue()).toBe('dropped.exr');
  await page.getByLabel('Upload token').fill('a token');
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.getByText('This is no picture that is known here.').waitFor();
  expect(await complaints(page)).toEqual([]);
  await page.close();
});

test('pictures that are compared are loaded while others are looked at', async () => {
  const page = await openPage();
  const card = await decoded(page);
  for (const name of ['Ultra HDR | Afterglow', 'SDR | Luminance', 'Ultra HDR | Afterglow']) {
    await card.getByRole('radio', { name }).check();
  }
  await card.getByRole('img', { name: 'A sunset: the Ultra HDR JPEG' }).waitFor();
  await expect.poll(() => card.getByRole('status').textContent()).toContain('decoded on');
  await page.close();
});

test.each([
  [360, 'dark'],
  [1280, 'dark'],
  [3840, 'dark'],
  [360, 'light'],
  [1280, 'light'],
] as const)('axe finds nothing at %s pixels, %s, in any view', async (width, scheme) => {
  const page = await openPage(server.url, width, scheme);
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(ground).toBe(scheme === 'dark' ? 'rgb(11, 12, 15)' : 'rgb(246, 245, 242)');
  expect(await complaints(page)).toEqual([]);
  const card = await decoded(page);
  for (const name of ['SDR | HDR', 'SDR | Luminance', 'Ultra HDR | Afterglow']) {
    await card.getByRole('radio', { name }).check();
    await expect
      .poll(() => card.getByRole('status').textContent(), { timeout: 30_000 })
      .toContain('decoded on');
    expect(await complaints(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
  await page.close();
});
