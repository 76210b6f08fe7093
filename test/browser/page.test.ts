import type { IncomingMessage } from 'node:http';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { launchChromium } from './chromium.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { serveSite, type Route, type SiteServer } from './site-server.ts';

const LAYERS = 2;
const TOKEN = 'secret token/+';
const GALLERY = [{ key: 'a/b c.exr', title: 'A sunset', credit: 'Nobody, CC0' }];

let file: Uint8Array;
let layout: LayeredLayout;
let server: SiteServer;
let browser: Browser;

/** What the server sends of the layered file before the test lets it go on, and what it was sent itself. */
let gates: (() => void)[];
let uploads: { url: string; authorization: string | undefined; bytes: number }[];
let jobs: object[];
/** Of the plain JPEG, where it is not the layered file's. */
let plain: Uint8Array | undefined;

const json = (value: unknown, status = 200, headers = {}): Route => {
  return (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };
};

const info = (): object => ({
  width: layout.header.width,
  height: layout.header.height,
  headroom: layout.header.headroom,
  base: { bytes: layout.base.length },
  layers: layout.layers.map(({ length }) => ({ bytes: length })),
  formats: ['sdr', 'layered'],
  master: { format: 'exr', bytes: 123_456 },
});

/** Sends the layered file in as many pieces as it has parts, each when its gate is opened. */
const sendInPieces: Route = async (request, response) => {
  const ends = [
    layout.base.length,
    layout.headerBox.offset + layout.headerBox.length,
    ...layout.layers.map((part) => part.offset + part.length),
  ];
  response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Content-Length': file.length });
  if (request.method === 'HEAD') return void response.end();
  let begin = 0;
  for (const end of ends) {
    response.write(file.subarray(begin, end));
    begin = end;
    if (end < file.length) await new Promise<void>((resolve) => gates.push(resolve));
  }
  response.end();
};

const images: Route = async (request, response, url) => {
  if (request.method === 'PUT') {
    await receive(request, url);
    const allowed = request.headers.authorization === `Bearer ${TOKEN}`;
    const problem = { code: 'unsupported_format', detail: 'This is no picture that is known here.' };
    if (!allowed) await json({ code: 'unauthorized', detail: '' }, 401)(request, response, url);
    else if (url.pathname.endsWith('.bad')) await json(problem, 415)(request, response, url);
    else await json({}, 202, { Location: '/jobs/7' })(request, response, url);
  } else if (url.pathname.endsWith('/info')) await json(info())(request, response, url);
  else if (url.searchParams.get('hdr') === '1') await sendInPieces(request, response, url);
  else {
    response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Cache-Control': 'public, max-age=3600' });
    response.end(plain ?? file.subarray(0, layout.base.length));
  }
};

async function receive(request: IncomingMessage, url: URL): Promise<void> {
  let bytes = 0;
  for await (const chunk of request) bytes += (chunk as Uint8Array).length;
  uploads.push({ url: url.pathname, authorization: request.headers.authorization, bytes });
}

beforeAll(async () => {
  ({ file } = await layeredFile(sunset(192, 96), LAYERS));
  layout = readLayout(file) as LayeredLayout;
  server = await serveSite({
    routes: {
      '/gallery.json': json(GALLERY),
      '/images/': images,
      '/jobs/7': (...exchange) => json(jobs.length > 1 ? jobs.shift() : jobs[0])(...exchange),
    },
  });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(() => {
  plain = undefined;
  gates = [];
  uploads = [];
  jobs = [
    { status: 'queued', progress: 0 },
    { status: 'encoding', progress: 0.4 },
    { status: 'done', progress: 1 },
  ];
});

/** Opens the page; what it complains of makes the test fail, but for answers that the test provokes. */
async function open(path: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage(options);
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(server.url + path);
  return page;
}

async function openGate(): Promise<void> {
  await expect.poll(() => gates.length, { timeout: 30_000 }).toBeGreaterThan(0);
  gates.shift()!();
}

async function openAllGates(page: Page): Promise<void> {
  for (let i = 0; i <= LAYERS; i++) await openGate();
  await page.locator('[data-state=final]').first().waitFor();
}

describe('a picture', () => {
  test('is shown by its base first, then with each layer', async () => {
    const page = await open('/');
    const card = page.getByRole('article');
    const status = card.getByRole('status');
    const canvas = card.getByRole('img', { name: 'A sunset: the HDR decode' });

    await page.locator('[data-state=base]').waitFor();
    expect(await card.getByRole('img', { name: 'A sunset: the SDR JPEG' }).isVisible()).toBe(true);
    expect(await canvas.count()).toBe(0);
    expect(await status.textContent()).toBe('Base: the plain JPEG');

    await openGate();
    await page.locator('[data-state=header]').waitFor();
    expect(await status.textContent()).toBe('Base: layer 1 of 2 is on its way');

    await openGate();
    await page.locator('[data-state=layer]').waitFor();
    expect(await status.textContent()).toBe('Layer 1 of 2');
    expect(await canvas.isVisible()).toBe(true);
    expect(await card.locator('[data-pips] .lit').count()).toBe(1);

    await openGate();
    await page.locator('[data-state=final]').waitFor();
    await expect.poll(() => status.textContent()).toBe('2 layers, decoded on wasm');
    expect(await card.locator('[data-pips] .lit').count()).toBe(2);
    await page.close();
  });

  test('says what each representation weighs', async () => {
    const page = await open('/');
    const rows = page.getByRole('table', { name: 'Bytes per representation' }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(3);
    const kilobytes = (bytes: number): string =>
      bytes < 1000 ? `${bytes} B` : `${Number((bytes / 1000).toPrecision(3))} kB`;
    expect((await rows.allTextContents()).map((text) => text.trim())).toEqual([
      `SDR JPEG${kilobytes(layout.base.length)}`,
      `JPEG + 2 layers${kilobytes(file.length)}`,
      'Upload (OpenEXR)123 kB',
    ]);
    await page.close();
  });

  test('is exposed and compared by the keyboard', async () => {
    const page = await open('/');
    await openAllGates(page);
    const pixel = () =>
      page.evaluate(() => {
        const canvas = document.querySelector('canvas')!;
        return [...canvas.getContext('2d')!.getImageData(20, 20, 1, 1).data];
      });
    const exposure = page.getByRole('slider', { name: 'Exposure' });
    await expect.poll(pixel).not.toEqual([0, 0, 0, 0]);
    const before = await pixel();
    await exposure.focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowLeft');
    expect(await page.locator('[data-exposure-value]').textContent()).toBe('−1 stop');
    await expect.poll(async () => (await pixel())[0]).toBeLessThan(before[0]!);
    expect(await page.locator('article img').evaluate((image) => image.style.filter)).toContain('exposure-');

    await page.getByRole('slider', { name: /^Divider/ }).focus();
    await page.keyboard.press('Home');
    expect(await page.locator('.frame').evaluate((frame) => frame.style.getPropertyValue('--divide'))).toBe(
      '0%',
    );
    await page.close();
  });
});

describe('the upload form', () => {
  const choose = (page: Page, name: string) =>
    page
      .getByLabel('Choose an HDR file')
      .setInputFiles({ name, mimeType: 'image/x-exr', buffer: Buffer.from('a picture') });

  test('takes the token from the address, uploads, follows the job, and shows the picture', async () => {
    const page = await open(`/#token=${encodeURIComponent(TOKEN)}`);
    expect(page.url()).toBe(`${server.url}/`);
    await choose(page, 'my picture.exr');
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect.poll(() => page.getByRole('article').count(), { timeout: 10_000 }).toBe(2);
    expect(uploads).toEqual([
      { url: '/images/my%20picture.exr', authorization: `Bearer ${TOKEN}`, bytes: 'a picture'.length },
    ]);
    expect(await page.getByRole('heading', { level: 2 }).first().textContent()).toBe('my picture.exr');
    expect(page.url()).toBe(`${server.url}/?picture=my+picture.exr`);
    await page.reload();
    await expect
      .poll(() => page.getByRole('heading', { level: 2 }).first().textContent())
      .toBe('my picture.exr');
    await page.close();
  });

  test('a picture under the name of another takes its place, whatever the browser kept', async () => {
    const page = await open(`/#token=${encodeURIComponent(TOKEN)}`);
    const widthOf = () =>
      page
        .getByRole('article', { name: 'one.exr' })
        .getByRole('img', { name: 'the SDR JPEG' })
        .evaluate(async (image: HTMLImageElement) => {
          await image.decode();
          return image.naturalWidth;
        });
    await choose(page, 'one.exr');
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect.poll(() => page.getByRole('article').count(), { timeout: 10_000 }).toBe(2);
    expect(await widthOf()).toBe(layout.header.width);

    plain = await sharp({ create: { width: 24, height: 12, channels: 3, background: '#808080' } })
      .jpeg()
      .toBuffer();
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect.poll(widthOf, { timeout: 10_000 }).toBe(24);
    expect(await page.getByRole('article').count()).toBe(2);
    await page.close();
  });

  test('says of an empty file that it is empty, and sends nothing', async () => {
    const page = await open(`/#token=${encodeURIComponent(TOKEN)}`);
    await page
      .getByLabel('Choose an HDR file')
      .setInputFiles({ name: 'empty.exr', mimeType: 'image/x-exr', buffer: Buffer.alloc(0) });
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByText('This file is empty.').waitFor();
    expect(uploads).toEqual([]);
    await page.close();
  });

  test.each(['../a.exr', 'a/./b.exr', '/a.exr', 'a//b.exr', '   '])('does not send %j', async (name) => {
    const page = await open(`/#token=${encodeURIComponent(TOKEN)}`);
    await choose(page, 'one.exr');
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Upload' }).click();
    const said = page.getByText('A name needs more than dots before, between and after its slashes.');
    await said.waitFor();
    expect(await said.evaluate((element) => element.getBoundingClientRect().bottom <= innerHeight)).toBe(
      true,
    );
    expect(uploads).toEqual([]);
    await page.close();
  });

  test('a picture that is being encoded is in the address, and goes from it if that fails', async () => {
    jobs = [{ status: 'queued', progress: 0 }];
    const page = await open(`/#token=${encodeURIComponent(TOKEN)}`);
    await choose(page, 'one.exr');
    await page.getByRole('button', { name: 'Upload' }).click();
    await expect.poll(() => page.url()).toBe(`${server.url}/?picture=one.exr`);
    jobs = [{ status: 'failed', progress: 0, problem: { code: 'damaged', detail: 'it ends too early' } }];
    await page.getByText('It ends too early.', { exact: true }).waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    await page.close();
  });

  test('a server that is away for a moment is waited for', async () => {
    const page = await open(`/#token=${encodeURIComponent(TOKEN)}`);
    let away = true;
    await page.route('**/jobs/7', (route) => (away ? route.abort('connectionrefused') : route.continue()));
    await choose(page, 'one.exr');
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByText('The server cannot be reached; trying again').waitFor();
    away = false;
    await page.getByText('Done', { exact: true }).waitFor();
    await page.close();
  });

  test('asks before the page is left while a file is on its way', async () => {
    const page = await open(`/#token=${encodeURIComponent(TOKEN)}`);
    let go = (): void => undefined;
    const sent = new Promise<void>((resolve) => {
      void page.route('**/images/one.exr', async (route) => {
        resolve();
        await new Promise<void>((proceed) => (go = proceed));
        await route.continue();
      });
    });
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.dismiss();
    });
    await choose(page, 'one.exr');
    await page.getByRole('button', { name: 'Upload' }).click();
    await sent;
    await page.reload({ timeout: 1000 }).catch(() => undefined);
    expect(asked).toEqual(['beforeunload']);
    go();
    await page.getByText('Done', { exact: true }).waitFor();
    await page.reload();
    expect(asked).toEqual(['beforeunload']);
    await page.close();
  });

  test('says why an upload or its job failed', async () => {
    const page = await open('/');
    const state = page.locator('[data-upload-state].error');
    const button = page.getByRole('button', { name: 'Upload' });
    await choose(page, 'picture.exr');
    await page.getByLabel('Upload token').fill('another');
    await button.click();
    await expect.poll(() => state.textContent()).toContain('This is not the upload token.');

    await page.getByLabel('Upload token').fill(TOKEN);
    await page.getByLabel('Name').fill('picture.bad');
    await button.click();
    await expect.poll(() => state.textContent()).toContain('This is no picture that is known here.');

    jobs = [
      { status: 'failed', progress: 0.2, problem: { code: 'nan', detail: 'Its pixels are not numbers.' } },
    ];
    await page.getByLabel('Name').fill('picture.exr');
    await button.click();
    await expect.poll(() => state.textContent()).toContain('Its pixels are not numbers.');
    expect(await page.getByRole('article').count()).toBe(1);
    await page.close();
  });
});

test.each([360, 800, 1600])('nothing is wider than a window of %s pixels', async (width) => {
  const page = await open('/', { viewport: { width, height: 800 } });
  await openAllGates(page);
  await page.getByRole('table').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  const frame = (await page.locator('.frame').boundingBox())!;
  expect(frame.width / frame.height).toBeCloseTo(2, 1);
  await page.close();
});
