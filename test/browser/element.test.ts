import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linearPicture } from '../../src/browser/linear-picture.ts';
import { standardSignals } from '../../src/browser/display/standard-signals.ts';
import { pqEncode } from '../../src/codec/pq.ts';
import { srgbDecode } from '../../src/codec/srgb.ts';
import type { PqPicture } from '../../src/codec/layered-decoder.ts';
import { readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from './chromium.ts';
import { canvasSignals, elementPage, openElementPage, told } from './element-page.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { serveSite, type Route, type SiteServer } from './site-server.ts';

const LAYERS = 2;
const [WIDTH, HEIGHT] = [203, 117];
const EXTENDED = [...HDR_SCREEN, ...NEW_CANVAS];

let file: Uint8Array;
let layout: LayeredLayout;
let decoded: PqPicture;
/** What the server was asked for, in order: path, range and what is accepted. */
let requests: string[] = [];
/** Sends the rest of what was paused. */
let goOn = (): unknown => undefined;

beforeAll(async () => {
  ({ file, decoded } = await layeredFile(sunset(WIDTH, HEIGHT), LAYERS));
  layout = readLayout(file) as LayeredLayout;
});

/**
 * `?cut=` and `?damage=` at a byte of what is asked for; `?hold=` sends the layers to this byte of the file, and the rest is only to be
 * had by another range; `?pause=` sends the rest when the first layer is shown.
 */
const sendPicture: Route = (request, response, { pathname, searchParams }) => {
  const { range, accept = '', 'if-none-match': known } = request.headers;
  const etag = accept.includes('vnd.afterglow') ? '"layered"' : '"plain"';
  if (known === etag) {
    requests.push(`${pathname} kept`);
    response.writeHead(304, { ETag: etag, Vary: 'Accept' }).end();
    return;
  }
  requests.push(`${pathname} ${range ?? 'all'}${accept.includes('vnd.afterglow') ? ' layers' : ''}`);
  const whole = accept.includes('vnd.afterglow') ? file : file.subarray(0, layout.base.length);
  const bytes = whole.slice(0, Number(searchParams.get('cut') ?? whole.length));
  const damage = searchParams.get('damage');
  if (damage !== null && Number(damage) < bytes.length) bytes[Number(damage)]! ^= 0x10;
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  if (from > 0 && from >= bytes.length) {
    response.writeHead(416, { 'Content-Range': `bytes */${bytes.length}` }).end();
    return;
  }
  response.writeHead(from > 0 ? 206 : 200, {
    'Content-Type': 'image/jpeg',
    ETag: etag,
    Vary: 'Accept',
    'Content-Length': bytes.length - from,
    ...(from > 0 ? { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  const hold = searchParams.get('hold');
  const pause = searchParams.get('pause');
  if (pause !== null && from === layout.base.length) {
    response.write(bytes.subarray(from, Number(pause)));
    goOn = () => response.end(bytes.subarray(Number(pause)));
    return;
  }
  if (hold === null || from !== layout.base.length) response.end(bytes.subarray(from));
  else {
    response.write(bytes.subarray(from, Number(hold)));
    if (searchParams.has('break')) setTimeout(() => response.destroy(), 300);
  }
};

function pictureTag(query = '', attributes = ''): string {
  return `<hdr-image src="/picture.jpg${query}" alt="A sunset" width="406" height="234" ${attributes}></hdr-image>`;
}

async function serve(body: string, { isolated = true, models = true } = {}): Promise<SiteServer> {
  requests = [];
  const missing: Route = (_, response) => {
    response.writeHead(404).end();
  };
  const routes = { '/test.html': elementPage(body), '/picture.jpg': sendPicture };
  return serveSite({ routes: models ? routes : { ...routes, '/models/': missing }, isolated });
}

describe('what the element is', () => {
  test('costs at most 15 kB of gzip, without the runtime', async () => {
    const { length } = gzipSync(await readFile('dist/browser/index.js'), { level: 9 });
    console.log(`dist/browser/index.js: ${length} bytes of gzip`);
    expect(length).toBeLessThanOrEqual(15_000);
  });

  test('can be imported where there are no elements', async () => {
    const module = (await import('../../src/browser/index.ts')) as object;
    expect(module).toHaveProperty('HdrImage');
  });
});

describe.each([
  ['wasm with threads', 'wasm', true],
  ['wasm without threads', 'wasm', false],
  ['WebGPU', 'webgpu', true],
] as const)('on an HDR screen, with %s', (_, provider, isolated) => {
  test('shows the base, then each layer as it arrives, and in the end what Node decodes', async () => {
    await using server = await serve(pictureTag(`?pause=${layout.layers[1]!.offset + 3}`), { isolated });
    const browser = await launchChromium({ webgpu: provider === 'webgpu', flags: EXTENDED });
    try {
      const url = `${server.url}/test.html?provider=${provider}`;
      const page = await openElementPage(browser, url, { webgpuCanvas: false });
      await told(page, /layer 1$/);
      goOn();
      await told(page, /final/);
      expect(await page.evaluate(() => window.told)).toEqual([
        'image load',
        'image layer 1',
        'image layer 2 final',
      ]);
      // The base once, by the image itself; what lies behind it by range.
      expect(requests).toEqual([
        '/picture.jpg all',
        '/picture.jpg kept',
        `/picture.jpg bytes=${layout.base.length}- layers`,
      ]);
      const signals = (await canvasSignals(page))!;
      expect(signals).toHaveLength(4 * WIDTH * HEIGHT);
      let worst = 0;
      decoded.data.forEach((pq, i) => {
        const signal = signals[4 * Math.floor(i / 3) + (i % 3)]!;
        worst = Math.max(worst, Math.abs(pqEncode(203 * srgbDecode(signal)) - pq));
      });
      console.log(`Largest difference of the canvas from Node's decode: ${worst.toExponential(2)} of PQ`);
      expect(worst).toBeLessThan(2e-3);
    } finally {
      await browser.close();
    }
  });
});

describe('on a screen that is', () => {
  test('SDR it is an <img>, and asks for nothing else', async () => {
    await using server = await serve(pictureTag('', 'srcset="/picture.jpg?w=406 1x, /picture.jpg?w=812 2x"'));
    const browser = await launchChromium();
    try {
      const page = await openElementPage(browser, `${server.url}/test.html`);
      await told(page, /load/);
      expect(requests).toEqual(['/picture.jpg all']);
      expect(await canvasSignals(page)).toBeNull();
      const seen = await page.evaluate(() => {
        const element = document.querySelector('hdr-image')!;
        const { naturalWidth, naturalHeight, width, height, complete, currentSrc, alt } = element;
        return { naturalWidth, naturalHeight, width, height, complete, currentSrc, alt };
      });
      expect(seen).toEqual({
        naturalWidth: WIDTH,
        naturalHeight: HEIGHT,
        width: 406,
        height: 234,
        complete: true,
        currentSrc: `${server.url}/picture.jpg?w=406`,
        alt: 'A sunset',
      });
    } finally {
      await browser.close();
    }
  });

  test('SDR, with dynamic-range="high", it rolls highlights off by itself', async () => {
    await using server = await serve(pictureTag('', 'dynamic-range="high"'));
    const browser = await launchChromium();
    try {
      const page = await openElementPage(browser, `${server.url}/test.html`);
      await told(page, /final/);
      const wanted = standardSignals(linearPicture(decoded), 0);
      const signals = (await canvasSignals(page))!;
      let worst = 0;
      wanted.forEach((value, i) => {
        worst = Math.max(worst, Math.abs(255 * signals[i]! - value));
      });
      expect(worst).toBeLessThanOrEqual(1.01);
      await page.evaluate(() => {
        document.querySelector('hdr-image')!.setAttribute('dynamic-range', 'standard');
      });
      await page.waitForFunction(
        () => document.querySelector('hdr-image')!.shadowRoot!.querySelector('canvas') === null,
      );
    } finally {
      await browser.close();
    }
  });
});

describe('with light', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium({ flags: EXTENDED });
  });
  afterAll(() => browser.close());

  test('it takes the image that a server wrote, and is still a picture to save and to read aloud', async () => {
    await using server = await serve(
      `<hdr-image src="/picture.jpg" alt="A sunset"><img id="server" src="/picture.jpg?hdr=0" loading="lazy" alt="A sunset"></hdr-image>`,
    );
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /final/);
    const seen = await page.evaluate(async () => {
      const element = document.querySelector('hdr-image')!;
      await element.decode();
      const at = document.elementFromPoint(20, 20) as HTMLImageElement;
      const saved = await (await fetch(at.currentSrc)).blob();
      return { id: at.id, type: saved.type, size: saved.size, images: document.images.length };
    });
    expect(seen).toEqual({ id: 'server', type: 'image/jpeg', size: layout.base.length, images: 1 });
    expect(await page.getByRole('img', { name: 'A sunset' }).count()).toBe(1);
  });

  test('it prints the base', async () => {
    await using server = await serve(pictureTag());
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /final/);
    const shown = (): Promise<string> =>
      page.evaluate(
        () =>
          getComputedStyle(document.querySelector('hdr-image')!.shadowRoot!.querySelector('canvas')!).display,
      );
    expect(await shown()).not.toBe('none');
    await page.emulateMedia({ media: 'print' });
    expect(await shown()).toBe('none');
  });

  test('it chooses of srcset and sizes what an <img> chooses', async () => {
    const choice =
      'srcset="/picture.jpg?w=200 200w, /picture.jpg?w=400 400w,/picture.jpg?w=800 800w" sizes="(min-width: 5000px) 100vw, calc(25vw + 50px)"';
    await using server = await serve(`<img id="plain" ${choice}><hdr-image alt="" ${choice}></hdr-image>`);
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /load/);
    const [plain, ours] = await page.evaluate(() => [
      document.querySelector<HTMLImageElement>('#plain')!.currentSrc,
      document.querySelector('hdr-image')!.currentSrc,
    ]);
    expect(ours).toBe(plain);
    expect(ours).toMatch(/w=400$/);
  });

  test('a style sheet or an attribute can forbid it', async () => {
    await using server = await serve(
      `<div style="dynamic-range-limit: standard">${pictureTag()}</div>${pictureTag('', 'id="other" dynamic-range="standard"')}`,
    );
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /^image load/);
    await told(page, /^other load/);
    const known = await page.evaluate(() => CSS.supports('dynamic-range-limit', 'standard'));
    expect(requests.filter((request) => request.endsWith('layers'))).toHaveLength(known ? 0 : 1);
  });

  test('lazy, it loads nothing until it comes near; gone again, it gives its pixels back, and returns', async () => {
    await using server = await serve(`<div class="far">${pictureTag('', 'loading="lazy"')}</div>`);
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await page.waitForTimeout(300);
    expect(requests).toEqual([]);
    await page.evaluate(() => {
      scrollTo(0, 6000);
    });
    await told(page, /final/);
    await page.evaluate(() => {
      window.told = [];
      scrollTo(0, 0);
    });
    await expect.poll(() => canvasSignals(page), { timeout: 10_000 }).toBeNull();
    await page.evaluate(() => {
      scrollTo(0, 6000);
    });
    await told(page, /final/);
    // What had arrived was kept.
    expect(requests).toHaveLength(3);
  });

  test('off screen it asks for no layers; gone while they come, it goes on from there', async () => {
    await using server = await serve(
      `<div class="far">${pictureTag(`?hold=${layout.layers[0]!.offset + 10}`)}</div>`,
    );
    const page = await openElementPage(browser, `${server.url}/test.html`);
    const scroll = (to: number): Promise<void> =>
      page.evaluate((y) => {
        scrollTo(0, y);
      }, to);
    await told(page, /load/);
    await page.waitForTimeout(300);
    expect(requests).toHaveLength(1);
    await scroll(6000);
    await expect.poll(() => requests.length).toBe(3);
    await page.waitForTimeout(300);
    await scroll(0);
    await page.waitForTimeout(300);
    await scroll(6000);
    await told(page, /final/);
    expect(requests).toHaveLength(4);
    const [first, second] = requests
      .slice(2)
      .map((request) => Number(/bytes=(\d+)- layers$/.exec(request)?.[1]));
    expect(first).toBe(layout.base.length);
    expect(second).toBe(layout.layers[0]!.offset + 10);
  });

  test('asks for the base again where the cache does not have it, and takes a whole file from who has no ranges', async () => {
    const whole: Route = ({ headers }, response) => {
      const layers = headers.accept?.includes('vnd.afterglow') === true;
      requests.push(layers ? 'layers' : 'plain');
      response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Cache-Control': 'no-store' });
      response.end(layers ? file : file.subarray(0, layout.base.length));
    };
    requests = [];
    await using server = await serveSite({
      routes: { '/test.html': elementPage(pictureTag()), '/picture.jpg': whole },
    });
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /final/);
    expect(requests).toEqual(['plain', 'plain', 'layers']);
  });

  test.each([true, false])(
    'finds layers in what a plain file server sends everybody (ranges: %s)',
    async (ranges) => {
      const plainServer: Route = ({ headers }, response) => {
        if (ranges && headers.range !== undefined) {
          response.writeHead(416, { 'Content-Range': `bytes */${file.length}` }).end();
          return;
        }
        response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Cache-Control': 'max-age=600' }).end(file);
      };
      await using server = await serveSite({
        routes: { '/test.html': elementPage(pictureTag()), '/picture.jpg': plainServer },
      });
      const page = await openElementPage(browser, `${server.url}/test.html`);
      await told(page, /final/);
      expect(await page.evaluate(() => window.told)).toContain(`image layer ${LAYERS} final`);
    },
  );

  test('layers that are still being encoded are asked for until they are there', async () => {
    let asked = 0;
    const encoding: Route = (request, response, url) => {
      const layers = request.headers.accept?.includes('vnd.afterglow') === true;
      if (!layers || ++asked > 2) return sendPicture(request, response, url);
      response
        .writeHead(416, { 'Content-Range': `bytes */${layout.base.length}`, Afterglow: 'sdr;pending' })
        .end();
    };
    await using server = await serveSite({
      routes: { '/test.html': elementPage(pictureTag()), '/picture.jpg': encoding },
    });
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /final/);
    expect(asked).toBe(3);
  });

  test('an SDR picture has nothing behind its base, and pictures of other formats no base: neither is an error', async () => {
    const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    requests = [];
    await using server = await serveSite({
      routes: {
        '/test.html': elementPage(
          pictureTag(`?cut=${layout.base.length}`) + '<hdr-image id="png" src="/a.png"></hdr-image>',
        ),
        '/picture.jpg': sendPicture,
        '/a.png': (_, response) => void response.writeHead(200, { 'Content-Type': 'image/png' }).end(png),
      },
    });
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /^image load/);
    await told(page, /^png load/);
    await page.waitForTimeout(500);
    expect((await page.evaluate(() => window.told)).toSorted()).toEqual(['image load', 'png load']);
  });

  test.each([
    [
      'a connection that breaks off',
      (): string => `?break&hold=${layout.layers[1]!.offset + 4}`,
      'fetch_failed',
      2,
    ],
    ['a damaged layer', (): string => `?damage=${layout.layers[1]!.offset + 3}`, 'damaged_layer', 1],
    ['a damaged header', (): string => `?damage=${layout.headerBox.offset + 20}`, 'damaged_header', 0],
  ])('%s leaves what was shown, and is told', async (_, query, code, layers) => {
    await using server = await serve(pictureTag(query()));
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /error/);
    const lines = await page.evaluate(() => window.told);
    expect(lines).toContain('image load');
    expect(lines).toContain(`image error ${code}`);
    expect(lines.filter((line) => line.startsWith('image layer'))).toHaveLength(layers);
    expect(lines.filter((line) => line.startsWith('UNHANDLED'))).toEqual([]);
    expect(await page.evaluate(() => document.querySelector('hdr-image')!.naturalWidth)).toBe(WIDTH);
    expect((await canvasSignals(page)) !== null).toBe(layers > 0);
  });

  test('a picture that is not there is told of', async () => {
    await using server = await serve('<hdr-image id="gone" src="/nothing.jpg" alt=""></hdr-image>');
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /^gone error/);
    expect(await page.evaluate(() => window.told)).toEqual(['gone error image_failed']);
  });

  test('loads a model once, checks what it kept, and replaces it where that is damaged', async () => {
    await using server = await serve(pictureTag());
    const page = await openElementPage(browser, `${server.url}/test.html`);
    let fetched = 0;
    await page.context().route(/\/models\/glow2026\/[0-9a-f]{64}$/, async (route) => {
      fetched++;
      await route.continue();
    });
    const reload = async (): Promise<void> => {
      await page.reload();
      await told(page, /final/);
    };
    await told(page, /final/);
    fetched = 0;
    await reload();
    expect(fetched).toBe(0);
    const damaged = await page.evaluate(async () => {
      const cache = await caches.open('afterglow-models');
      const kept = await cache.keys();
      for (const request of kept) await cache.put(request, new Response('something else'));
      return kept.length;
    });
    expect(damaged).toBe(1);
    await reload();
    await reload();
    expect(fetched).toBe(1);
    const kept = await page.evaluate(async () => {
      const cache = await caches.open('afterglow-models');
      const [request] = await cache.keys();
      return (await (await cache.match(request!))!.arrayBuffer()).byteLength;
    });
    expect(kept).toBeGreaterThan(1e6);
  });

  test('without its model the base stays, and an error says why', async () => {
    await using server = await serve(pictureTag(), { models: false });
    const page = await openElementPage(browser, `${server.url}/test.html`);
    await told(page, /error/);
    expect(await page.evaluate(() => window.told)).toEqual(['image load', 'image error model_file_missing']);
  });
});
