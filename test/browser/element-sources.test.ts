import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from './chromium.ts';
import { elementPage, openElementPage, told } from './element-page.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { sendPicture } from './many-pictures.ts';
import { serveSite, type Route, type SiteServer } from './site-server.ts';

// Where pictures, scripts and pages of an element may come from, and what goes wrong on the way.

/** A name that no browser takes for a secure origin, as it does 127.0.0.1. */
const INSECURE = 'plain.test';

let file: Uint8Array;
let layout: LayeredLayout;
let browser: Browser;
beforeAll(async () => {
  ({ file } = await layeredFile(sunset(203, 117), 2));
  layout = readLayout(file) as LayeredLayout;
  browser = await launchChromium({
    flags: [...HDR_SCREEN, ...NEW_CANVAS, `--host-resolver-rules=MAP ${INSECURE} 127.0.0.1`],
  });
});
afterAll(() => browser.close());

/** `?cors` lets every page read it; `?cut=` breaks the layers off at a byte of the file. */
const picture: Route = (request, response, url) => {
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  if (url.searchParams.has('cors')) {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Expose-Headers', 'Content-Range, ETag, Afterglow');
  }
  const cut = url.searchParams.get('cut');
  const start = layout.base.length;
  if (cut === null || request.headers.range === undefined) {
    return sendPicture(file, start)(request, response, url);
  }
  response.writeHead(206, {
    'Content-Type': 'image/jpeg',
    'Content-Range': `bytes ${start}-${file.length - 1}/${file.length}`,
    'Content-Length': file.length - start,
  });
  response.write(file.subarray(start, Number(cut)), () => setTimeout(() => response.destroy(), 100));
};

const tag = (src: string): string => `<hdr-image src="${src}" alt="" width="203" height="117"></hdr-image>`;
const lines = (page: Page): Promise<string[]> => page.evaluate(() => window.told);

describe('a picture of another host', () => {
  test.each([
    ['that lets itself be read has its light', '?cors', ['image load', 'image layer 2 final']],
    ['that does not is an <img>, which is no error', '', ['image load']],
  ])('%s', async (_, query, wanted) => {
    await using other = await serveSite({ routes: { '/picture.jpg': picture } });
    const routes = { '/test.html': elementPage(tag(`${other.url}/picture.jpg${query}`)) };
    await using server = await serveSite({ routes, isolated: false });
    const page = await openElementPage(browser, `${server.url}/test.html`);
    if (query !== '') await told(page, /final/);
    else await page.waitForTimeout(1500);
    expect(await lines(page)).toEqual(wanted);
  });

  test('whose connection breaks off behind its base is told of', async () => {
    await using other = await serveSite({ routes: { '/picture.jpg': picture } });
    const cut = `?cors&cut=${layout.layers[0]!.offset + 20}`;
    const routes = { '/test.html': elementPage(tag(`${other.url}/picture.jpg${cut}`)) };
    await using server = await serveSite({ routes, isolated: false });
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /error/);
    // Without a whole layer it is what the network makes of the base.
    expect(await lines(page)).toEqual(['image load', 'image layer 0 final', 'image error fetch_failed']);
  });
});

describe.each(['blob', 'data'])('of a %s: URL', (scheme) => {
  test.each([
    ['layers are shown', 'image/vnd.afterglow', ['image load', 'image layer 2 final']],
    ['a plain picture is an <img>, which is no error', 'image/jpeg', ['image load']],
  ])('%s', async (_, accept, wanted) => {
    await using server = await serveSite({
      routes: { '/test.html': elementPage('<p></p>'), '/picture.jpg': picture },
    });
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await page.evaluate(
      async ([kind, accepted]) => {
        const blob = await (await fetch('/picture.jpg', { headers: { Accept: accepted! } })).blob();
        const element = document.createElement('hdr-image');
        const reader = new FileReader();
        reader.readAsDataURL(blob);
        await new Promise((resolve) => {
          reader.onload = resolve;
        });
        element.src = kind === 'blob' ? URL.createObjectURL(blob) : (reader.result as string);
        document.body.append(element);
      },
      [scheme, accept],
    );
    if (wanted.length > 1) await told(page, /final/);
    else await page.waitForTimeout(1000);
    expect(await lines(page)).toEqual(wanted);
  });
});

test('over plain HTTP, without Web Crypto and a cache of models, there is light', async () => {
  await using server = await serveSite({
    routes: { '/test.html': elementPage(tag('/picture.jpg')), '/picture.jpg': picture },
  });
  const page = await openElementPage(browser, `${server.url.replace('127.0.0.1', INSECURE)}/test.html`);
  expect(await page.evaluate(() => [isSecureContext, 'caches' in window])).toEqual([false, false]);
  await told(page, /final/);
  expect(await lines(page)).toEqual(['image load', 'image layer 2 final']);
});

test('over plain HTTP a model of other bytes is refused, too', async () => {
  const damaged: Route = async (_, response, { pathname }) => {
    const bytes = await readFile(`dist/site${pathname}`);
    if (!pathname.endsWith('.json')) bytes[1000]! ^= 1;
    response.writeHead(200).end(bytes);
  };
  await using server = await serveSite({
    routes: { '/test.html': elementPage(tag('/picture.jpg')), '/picture.jpg': picture, '/models/': damaged },
  });
  const page = await openElementPage(browser, `${server.url.replace('127.0.0.1', INSECURE)}/test.html`);
  await told(page, /error/);
  expect(await lines(page)).toEqual(['image load', 'image error model_file_damaged']);
});

test('a decoder that the browser does not even start is told of by its code', async () => {
  await using other = await serveSite({});
  const body = elementPage(tag('/picture.jpg'));
  const page: Route = (request, response, url) =>
    body(
      request,
      {
        writeHead: () => response.writeHead(200, { 'Content-Type': 'text/html' }),
        end: (html: string) =>
          response.end(html.replace("'/decoder-worker.js'", `'${other.url}/decoder-worker.js'`)),
      } as unknown as typeof response,
      url,
    );
  await using server = await serveSite({
    routes: { '/test.html': page, '/picture.jpg': picture },
    isolated: false,
  });
  const opened = await openElementPage(browser, `${server.url}/test.html`);
  await told(opened, /error/);
  expect(await lines(opened)).toEqual(['image load', 'image error worker_failed']);
});

test('a browser without OffscreenCanvas draws on the page', async () => {
  await using server = await serveSite({
    routes: { '/test.html': elementPage(tag('/picture.jpg')), '/picture.jpg': picture },
  });
  const page = await browser.newPage();
  await page.addInitScript(() => {
    Reflect.deleteProperty(window, 'OffscreenCanvas');
    Reflect.deleteProperty(HTMLCanvasElement.prototype, 'transferControlToOffscreen');
    // Without one that goes beyond white it would be an image.
    CSS.supports = () => false;
  });
  await page.goto(`${server.url}/test.html`);
  await told(page, /final/);
  expect(await lines(page)).toEqual(['image load', 'image layer 2 final']);
});

describe('under a Content-Security-Policy', () => {
  const POLICY =
    "default-src 'none'; script-src 'self' WASM; worker-src 'self'; connect-src 'self'; img-src 'self'; style-src 'none'";

  /** The page's own scripts are inline, and stand for its own host's here. */
  function under(policy: string): Promise<SiteServer> {
    const scripts: string[] = [];
    const outside: Route = (request, response, url) => {
      response.setHeader('Content-Security-Policy', policy);
      const end = (html: string): unknown =>
        response.end(
          html
            .replace(/<style>.*<\/style>/, '')
            .replace(/<script([^>]*)>([\s\S]*?)<\/script>/g, (_, type: string, text: string) => {
              scripts.push(text);
              return `<script${type} src="/inline.js?${scripts.length - 1}"></script>`;
            }),
        );
      const written = { writeHead: () => response.writeHead(200, { 'Content-Type': 'text/html' }), end };
      return elementPage(tag('/picture.jpg'))(request, written as unknown as typeof response, url);
    };
    const everything: Route = async (_, response, { pathname, search }) => {
      const folder = pathname.startsWith('/lib/')
        ? `dist/browser/${pathname.slice(5)}`
        : `dist/site${pathname}`;
      response.writeHead(200, {
        'Content-Security-Policy': policy,
        'Content-Type': pathname.endsWith('js') ? 'text/javascript' : 'application/wasm',
      });
      response.end(
        pathname === '/inline.js' ? scripts[Number(search.slice(1))] : await readFile(folder).catch(() => ''),
      );
    };
    return serveSite({
      routes: { '/': everything, '/test.html': outside, '/picture.jpg': picture },
      isolated: false,
    });
  }

  test("of its own host alone, with 'wasm-unsafe-eval', there is light", async () => {
    await using server = await under(POLICY.replace('WASM', "'wasm-unsafe-eval'"));
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /final/);
    expect(await lines(page)).toEqual(['image load', 'image layer 2 final']);
    const box = await page.evaluate(() => getComputedStyle(document.querySelector('hdr-image')!).width);
    expect(box).toBe('203px');
  });

  test('that forbids wasm, the base stays and an error says so', async () => {
    await using server = await under(POLICY.replace('WASM', ''));
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /error/);
    expect(await lines(page)).toEqual(['image load', 'image error internal_error']);
  });
});
