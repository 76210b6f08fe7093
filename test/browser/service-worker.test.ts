import { extractXMP } from '@monogrid/gainmap-js';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type * as registering from '../../src/browser/service-worker/index.ts';
import { linearFromPq } from '../../src/codec/pq.ts';
import { srgbDecode, srgbEncode } from '../../src/codec/srgb.ts';
import type { PqPicture } from '../../src/codec/layered-decoder.ts';
import { readBase, readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { gainAt, OFFSET, pairOf, rangeOf } from '../../src/gain-map/gains.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { QualityReference } from '../../src/metrics/index.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from './chromium.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { scanOf } from './scan.ts';
import { serveSite, type Route, type SiteServer } from './site-server.ts';

declare global {
  interface Window {
    registering: typeof registering;
    registered: registering.AfterglowRegistration | null;
    troubles: string[];
  }
}

const LAYERS = 2;
const WHITE = 203;
const [WIDTH, HEIGHT] = [203, 117];

let file: Uint8Array;
let base: Uint8Array;
let layout: LayeredLayout;
let decoded: PqPicture;
let requests: string[] = [];

beforeAll(async () => {
  ({ file, decoded } = await layeredFile(sunset(WIDTH, HEIGHT), LAYERS));
  layout = readLayout(file) as LayeredLayout;
  base = readBase(file, layout);
});

/**
 * `?damage=` at a byte; `?break=` cuts the connection after so many bytes, `?cut=` ends the file there; `?wait=` milliseconds before
 * what follows the header; `?cors=no` lets nobody read it.
 */
const sendPicture: Route = (request, response, { pathname, searchParams }) => {
  const layers = request.headers.accept?.includes('vnd.afterglow') === true;
  requests.push(`${pathname}${layers ? ' layers' : ''}`);
  if (searchParams.has('missing')) {
    response.writeHead(404, { 'Content-Type': 'application/problem+json' }).end('{"code":"not_found"}');
    return;
  }
  const bytes = (layers ? file : base).slice(0, Number(searchParams.get('cut') ?? file.length));
  const damage = searchParams.get('damage');
  if (damage !== null && layers) bytes[Number(damage)]! ^= 0x10;
  response.writeHead(200, {
    'Content-Type': 'image/jpeg',
    'Cache-Control': 'no-cache',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    ETag: layers ? '"layered"' : '"base"',
    Vary: 'Accept',
    ...(searchParams.get('cors') === 'no' ? {} : { 'Access-Control-Allow-Origin': '*' }),
  });
  const broken = searchParams.get('break');
  const wait = searchParams.get('wait');
  if (broken !== null && layers) {
    response.write(bytes.subarray(0, Number(broken)), () => setTimeout(() => response.destroy(), 100));
  } else if (wait !== null && layers) {
    const start = layout.headerBox.offset + layout.headerBox.length;
    response.write(bytes.subarray(0, start));
    setTimeout(() => response.end(bytes.subarray(start)), Number(wait));
  } else response.end(bytes);
};

/** A page that registers the service worker, unless told `?plain`; `?range=` overrides the screen. */
const page: Route = (_, response, { searchParams }) => {
  const options = {
    cdn: searchParams.getAll('cdn'),
    dynamicRange: searchParams.get('range') ?? 'auto',
    patience: Number(searchParams.get('patience') ?? 60_000),
  };
  if (options.cdn.length === 0) options.cdn.push('/images/');
  response.writeHead(200, { 'Content-Type': 'text/html' });
  response.end(`<!doctype html><title>Pictures</title><body style="background: #222">
<script>
  window.troubles = [];
  for (const name of ['unhandledrejection', 'error']) window.addEventListener(name, (event) => troubles.push(String(event.reason ?? event.message)));
</script>
<script type="module">
  window.registering = await import('/lib/register.js');
  const options = ${JSON.stringify(options)};
  window.registered = await registering.registerAfterglow({ ...options, decoder: { executionProviders: ['wasm'] } });
</script>`);
};

const routes: Record<string, Route> = { '/page.html': page, '/images/': sendPicture };

let browser: Browser;
let server: SiteServer;
beforeAll(async () => {
  browser = await launchChromium({ flags: [...HDR_SCREEN, ...NEW_CANVAS] });
  server = await serveSite({ routes, isolated: false });
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

let context: BrowserContext;
let tab: Page;
beforeEach(async () => {
  requests = [];
  context = await browser.newContext();
  tab = await context.newPage();
});
afterEach(async () => {
  await context.close();
});

async function open(query = '', on = tab, url = server.url): Promise<void> {
  await on.goto(`${url}/page.html${query}`);
  await on.waitForFunction(() => 'registered' in window);
  if (await on.evaluate(() => window.registered !== null)) {
    await on.waitForFunction(() => navigator.serviceWorker.controller !== null);
  }
}

/** Adds an `<img>`; answers its natural width when it is loaded, or `error`. */
function show(src: string, on = tab): Promise<number | string> {
  return on.evaluate(
    (url) =>
      new Promise<number | string>((resolve) => {
        const image = new Image();
        image.onload = () => {
          resolve(image.naturalWidth);
        };
        image.onerror = () => {
          resolve('error');
        };
        image.src = url;
        document.body.append(image);
      }),
    src,
  );
}

/** What the service worker keeps of the pictures that it made. */
async function kept(on = tab): Promise<Uint8Array[]> {
  const pictures = await on.evaluate(async () => {
    const cache = await caches.open('afterglow-ultra-hdr-1');
    const names = (await cache.keys()).filter(({ url }) => url.includes('/pictures/'));
    return Promise.all(
      names.map(async (name) => {
        const bytes = new Uint8Array(await (await cache.match(name))!.arrayBuffer());
        return Array.from(bytes);
      }),
    );
  });
  return pictures.map((bytes) => Uint8Array.from(bytes));
}

/** The last image's signals on a canvas with headroom: half floats of sRGB, 1.0 is SDR white, R G B. */
function signals(on = tab): Promise<number[]> {
  return on.evaluate(() => {
    const image = [...document.images].at(-1)!;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const settings = { colorType: 'float16' } as CanvasRenderingContext2DSettings;
    const drawing = canvas.getContext('2d', settings)!;
    Object.assign(drawing, { globalHDRHeadroom: 8 });
    drawing.drawImage(image, 0, 0);
    const options = { pixelFormat: 'rgba-float16' } as ImageDataSettings;
    const pixels = drawing.getImageData(0, 0, canvas.width, canvas.height, options).data as ArrayLike<number>;
    return Array.from(pixels).filter((_, i) => i % 4 < 3);
  });
}

async function troubles(): Promise<string[]> {
  return tab.evaluate(() => window.troubles);
}

describe('an <img> of a page with the service worker', () => {
  test('shows what Node decodes, in HDR, as near as eight bits of gain map allow', async () => {
    await open();
    expect(await show('/images/sunset.jpg')).toBe(WIDTH);
    expect(requests).toEqual(['/images/sunset.jpg layers']);
    const light = linearFromPq(decoded.data, WHITE);

    const shown = await signals();
    expect(Math.max(...shown)).toBeGreaterThan(srgbEncode(10));
    const close = light.filter((value, i) => {
      const wanted = srgbEncode(value);
      return Math.abs(shown[i]! - wanted) <= 0.02 + 0.03 * wanted;
    });
    expect(close.length / light.length).toBeGreaterThan(0.99);

    await expect.poll(() => kept().then(({ length }) => length)).toBe(1);
    const [made] = await kept();
    expect(scanOf(made!)).toEqual(scanOf(base));
    const reference = new QualityReference(
      light.map((value) => value * WHITE),
      WIDTH,
      HEIGHT,
    );
    const ours = reference.compare(await lightBySharp(made!)).puPsnrY;
    const bound = reference.compare(await allowed(light)).puPsnrY;
    console.log(`PU21-PSNR to the decoded picture: ${ours} dB; eight bits allow ${bound} dB`);
    expect(ours).toBeGreaterThan(bound - 0.5);
    expect(await troubles()).toEqual([]);
  });

  /** The light that a map of eight bits allows, whatever codes it. */
  async function allowed(light: Float32Array): Promise<Float32Array> {
    const { data } = await nodeJpegCoder().decode(base);
    const pair = pairOf({ width: WIDTH, height: HEIGHT, data }, light, 1);
    const { min, max } = rangeOf(pair);
    const scale = 255 / (max - min);
    return light.map((_, i) => {
      const code = Math.round(Math.min(Math.max((gainAt(pair, i) - min) * scale, 0), 255));
      return WHITE * ((srgbDecode(data[i]! / 255) + OFFSET) * 2 ** (min + code / scale) - OFFSET);
    });
  }

  /** Base and map as sharp decodes them, put together by the formula of ISO 21496-1, in cd/m². */
  async function lightBySharp(ultraHdr: Uint8Array): Promise<Float32Array> {
    const pixels = (jpeg: Uint8Array): Promise<Buffer> => sharp(jpeg).raw().toBuffer();
    const { gainMap } = await sharp(ultraHdr).metadata();
    const [shown, map] = [await pixels(ultraHdr), await pixels(gainMap!.image)];
    const { gainMapMin, gainMapMax, offsetSdr, offsetHdr } = extractXMP(ultraHdr)!;
    const [min, max] = [gainMapMin[0], gainMapMax[0]];
    return Float32Array.from(shown, (code, i) => {
      const gain = 2 ** (min + (map[i]! / 255) * (max - min));
      return WHITE * ((srgbDecode(code / 255) + offsetSdr[0]) * gain - offsetHdr[0]);
    });
  }

  test('has it from the cache the next time', async () => {
    await open();
    await show('/images/sunset.jpg');
    await expect.poll(() => kept().then(({ length }) => length)).toBe(1);
    await tab.route('**/decoder-worker.js', (route) => route.abort());
    await open();
    expect(await show('/images/sunset.jpg')).toBe(WIDTH);
    expect(Math.max(...(await signals()))).toBeGreaterThan(srgbEncode(10));
  });

  test('is painted with its base while the layers are on their way', async () => {
    await open();
    const loaded = show('/images/sunset.jpg?wait=5000');
    // A canvas does not take a picture that is not complete; the screen does.
    const painted = async (): Promise<number> => {
      if (await tab.evaluate(() => document.images[0]?.complete !== false)) return 0;
      const clip = { x: 8, y: 8, width: WIDTH, height: HEIGHT };
      const { channels } = await sharp(await tab.screenshot({ clip })).stats();
      return channels[2]!.stdev;
    };
    await expect.poll(painted, { timeout: 4000, interval: 50 }).toBeGreaterThan(10);
    expect(await loaded).toBe(WIDTH);
    expect(Math.max(...(await signals()))).toBeGreaterThan(srgbEncode(10));
  });

  test('is as it was on a screen that is SDR, where its URL decides, and outside of the CDN', async () => {
    await open('?range=standard');
    expect(await show('/images/a.jpg')).toBe(WIDTH);
    await open('?range=high');
    expect(await show('/images/b.jpg?hdr=0')).toBe(WIDTH);
    expect(await show('/style.css')).toBe('error');
    await tab.evaluate(() => fetch('/images/c.jpg'));
    expect(requests).toEqual(['/images/a.jpg', '/images/b.jpg', '/images/c.jpg']);
    expect(await kept()).toEqual([]);
    await tab.evaluate(() => {
      window.registered!.setDynamicRange('standard');
    });
    await show('/images/d.jpg');
    expect(requests.at(-1)).toBe('/images/d.jpg');
  });

  test('of another host is decoded where CORS allows it, and shown all the same where not', async () => {
    await using other = await serveSite({ routes, isolated: false });
    await open(`?cdn=${encodeURIComponent(`${other.url}/images/`)}`);
    expect(await show(`${other.url}/images/open.jpg`)).toBe(WIDTH);
    expect(Math.max(...(await signals()))).toBeGreaterThan(srgbEncode(10));
    requests = [];
    expect(await show(`${other.url}/images/closed.jpg?cors=no`)).toBe(WIDTH);
    expect(requests).toEqual(['/images/closed.jpg layers', '/images/closed.jpg']);
  });

  test('is one of srcset, of <picture> and of a style sheet, too', async () => {
    await open();
    await tab.evaluate(async () => {
      const html = `<img id="set" srcset="/images/set.jpg 1x"><picture><source srcset="/images/source.jpg"><img id="picture" src="/images/no.jpg"></picture><div id="box" style="width: 203px; height: 117px; background: url(/images/background.jpg)"></div>`;
      document.body.innerHTML = html;
      await Promise.all(
        Array.from(document.images, (image) => new Promise((resolve) => (image.onload = resolve))),
      );
    });
    await expect.poll(() => kept().then(({ length }) => length)).toBe(3);
    expect(requests.toSorted()).toEqual([
      '/images/background.jpg layers',
      '/images/set.jpg layers',
      '/images/source.jpg layers',
    ]);
    expect(await troubles()).toEqual([]);
  });

  test('has its light on a page whose neighbour is closed or leaves while it decodes', async () => {
    await open();
    const other = await context.newPage();
    await open('', other);
    for (const leave of [() => other.goto('about:blank'), () => other.close()]) {
      const waits = show('/images/a.jpg?wait=2000', other).catch(() => 'left');
      await expect.poll(() => requests).toContain('/images/a.jpg layers');
      await leave();
      await waits;
      expect(await show(`/images/b.jpg?${requests.length}`)).toBe(WIDTH);
      expect(Math.max(...(await signals()))).toBeGreaterThan(srgbEncode(10));
      if (!other.isClosed()) await open('', other);
      requests = [];
    }
    expect(await troubles()).toEqual([]);
  });

  test('is decoded once by a page that registers twice', async () => {
    await open();
    await tab.evaluate(async () => {
      window.registered = await window.registering.registerAfterglow({
        decoder: { executionProviders: ['wasm'] },
      });
    });
    const workers = new Set<string>();
    tab.on('worker', (worker) => workers.add(`${worker.url()} ${workers.size}`));
    expect(await show('/images/sunset.jpg')).toBe(WIDTH);
    expect(Math.max(...(await signals()))).toBeGreaterThan(srgbEncode(10));
    expect([...workers].filter((name) => name.includes('ultra-hdr-worker'))).toHaveLength(1);
  });

  test('is shown on an isolated page, too', async () => {
    await using isolated = await serveSite({ routes, isolated: true });
    await open('', tab, isolated.url);
    expect(await tab.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(await show('/images/sunset.jpg')).toBe(WIDTH);
    expect(Math.max(...(await signals()))).toBeGreaterThan(srgbEncode(10));
  });
});

describe('the base stays where', () => {
  /** The image is the base, to the pixel: nothing is above white, and a canvas has what the base has. */
  async function isBase(src: string): Promise<void> {
    expect(await show(src)).toBe(WIDTH);
    const shown = await signals();
    expect(Math.max(...shown)).toBeLessThanOrEqual(1);
    await show('/images/plain.jpg?hdr=0');
    expect(shown).toEqual(await signals());
    expect(await kept()).toEqual([]);
    expect(await troubles()).toEqual([]);
  }

  test('a layer is damaged', async () => {
    await open();
    await isBase(`/images/x.jpg?damage=${layout.layers[0]!.offset + 20}`);
  });
  test('the header is damaged', async () => {
    await open();
    await isBase(`/images/x.jpg?damage=${layout.headerBox.offset + 30}`);
  });
  test('there are no layers yet', async () => {
    await open();
    await isBase(`/images/x.jpg?cut=${base.length}`);
  });
  test('the connection breaks off within the first layer', async () => {
    await open();
    await isBase(`/images/x.jpg?break=${layout.layers[0]!.offset + 20}`);
  });
  test('the connection breaks off within the header', async () => {
    await open();
    await isBase(`/images/x.jpg?break=${layout.headerBox.offset + 9}`);
  });
  test('the models are missing', async () => {
    const missing: Route = (_, response) => void response.writeHead(404).end();
    await using without = await serveSite({ routes: { ...routes, '/models/': missing }, isolated: false });
    await open('', tab, without.url);
    await isBase('/images/x.jpg');
  });
  test('the decoder cannot be loaded', async () => {
    const missing: Route = (_, response) => void response.writeHead(404).end();
    await using without = await serveSite({
      routes: { ...routes, '/decoder-worker.js': missing },
      isolated: false,
    });
    await open('', tab, without.url);
    await isBase('/images/x.jpg');
  });
  test('the decoder does not say a word, and pictures after it have light all the same', async () => {
    let dead = true;
    const once: Route = (_, response) => {
      response.setHeader('Content-Type', 'text/javascript');
      response.end(dead ? '' : decoderScript);
      dead = false;
    };
    const decoderScript = await readFile('dist/site/decoder-worker.js');
    await using without = await serveSite({
      routes: { ...routes, '/decoder-worker.js': once },
      isolated: false,
    });
    await open('?patience=15000', tab, without.url);
    await isBase('/images/x.jpg');
    await show('/images/y.jpg');
    expect(Math.max(...(await signals()))).toBeGreaterThan(srgbEncode(10));
  });
  test('the worker that makes the JPEG cannot be loaded', async () => {
    const missing: Route = (_, response) => void response.writeHead(404).end();
    await using without = await serveSite({
      routes: { ...routes, '/ultra-hdr-worker.js': missing },
      isolated: false,
    });
    await open('', tab, without.url);
    await isBase('/images/x.jpg');
  });
  test('no script of the page answers', async () => {
    await open();
    await tab.goto(`${server.url}/index.html`);
    await tab.evaluate(() => (window.troubles = []));
    expect(await tab.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    await isBase('/images/x.jpg');
    // It has had its time to speak: nothing waits for it again.
    await show('/images/again.jpg');
    expect(requests.at(-1)).toBe('/images/again.jpg');
  });
});

describe('errors of the network are those of the browser:', () => {
  test('a picture that is missing, and one that breaks off within its base', async () => {
    await open();
    expect(await show('/images/x.jpg?missing')).toBe('error');
    const broken = await show(`/images/y.jpg?break=${Math.floor(base.length / 2)}`);
    expect(['error', WIDTH]).toContain(broken);
    expect(await troubles()).toEqual([]);
  });
});

describe('its life', () => {
  test('survives its end: a new run knows what the screen was', async () => {
    await open();
    const session = await context.newCDPSession(tab);
    await session.send('ServiceWorker.enable');
    await session.send('ServiceWorker.stopAllWorkers');
    expect(await show('/images/sunset.jpg')).toBe(WIDTH);
    expect(Math.max(...(await signals()))).toBeGreaterThan(srgbEncode(10));
  });

  test('ends with `unregister`, which leaves nothing behind', async () => {
    await open();
    await show('/images/sunset.jpg');
    await expect.poll(() => kept().then(({ length }) => length)).toBe(1);
    await tab.evaluate(() => window.registered!.unregister());
    expect(await tab.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
    await tab.reload({ waitUntil: 'commit' });
    const left = await tab.evaluate(async () =>
      (await caches.keys()).filter((name) => name.includes('ultra-hdr')),
    );
    expect(left).toEqual([]);
  });

  test('begins nowhere that shows no gain maps', async () => {
    await tab.addInitScript(() => {
      CSS.supports = () => false;
    });
    await open();
    expect(await tab.evaluate(() => window.registered)).toBeNull();
    expect(await tab.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
  });

  test('costs a page less than 6 kB of gzip', async () => {
    expect(gzipSync(await readFile('dist/browser/register.js'), { level: 9 }).length).toBeLessThan(6_000);
  });
});
