import type { ServerResponse } from 'node:http';
import type { Browser, Page } from 'puppeteer-core';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { standardSignals } from '../../src/browser/display/standard-signals.ts';
import { linearPicture } from '../../src/browser/linear-picture.ts';
import type { PqPicture } from '../../src/codec/layered-decoder.ts';
import { readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { decodeIn } from './decode-in-page.ts';
import { canvasSignals, elementPage, told } from './element-page.ts';
import { launchFirefox, openFirefoxPage } from './firefox.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { serveSite, type Route, type SiteServer } from './site-server.ts';

// Firefox has no canvas that exceeds SDR white: what the element shows there is our own tone mapping of the decoded picture.

/**
 * The decoder's worker starts others, for networks and threads. About one time in forty under WebDriver BiDi, whose session in
 * Firefox 153 listens to the debugger of every worker, `new Worker` within one never comes back; in a Firefox without a session none of
 * eighty stayed out.
 */
const PATIENCE = { retry: 3, timeout: 60_000 };
const LAYERS = 2;
const [WIDTH, HEIGHT] = [203, 117];

let file: Uint8Array;
let layout: LayeredLayout;
let decoded: PqPicture;
/** Code values of the decoded picture within SDR white, R G B A. */
let wanted: ArrayLike<number>;
let browser: Browser;

beforeAll(async () => {
  ({ file, decoded } = await layeredFile(sunset(WIDTH, HEIGHT), LAYERS));
  layout = readLayout(file) as LayeredLayout;
  wanted = standardSignals(linearPicture(decoded), 0);
  browser = await launchFirefox();
});
afterAll(() => browser.close());

/** What the server was asked for, in order: range, and whether layers are accepted. */
let requests: string[] = [];
/** An answer that is being held: it sends its rest, or breaks off. */
let held: { readonly goOn: () => void; readonly breakOff: () => void } | undefined;
beforeEach(() => {
  requests = [];
  held = undefined;
});

/** The plain JPEG, or what layers add to it: with `?damage=` at a byte of the file, `?hold=` at first only up to one. */
const sendPicture: Route = ({ headers }, response, { searchParams }) => {
  const layers = headers.accept?.includes('vnd.afterglow') === true;
  const etag = layers ? '"layered"' : '"plain"';
  if (headers['if-none-match'] === etag) {
    requests.push('kept');
    response.writeHead(304, { ETag: etag, Vary: 'Accept' }).end();
    return;
  }
  requests.push(`${headers.range ?? 'all'}${layers ? ' layers' : ''}`);
  const bytes = file.slice(0, layers ? file.length : layout.base.length);
  const damage = Number(searchParams.get('damage') ?? NaN);
  if (damage < bytes.length) bytes[damage]! ^= 0x10;
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  response.writeHead(from > 0 ? 206 : 200, {
    'Content-Type': 'image/jpeg',
    'Content-Length': bytes.length - from,
    ETag: etag,
    Vary: 'Accept',
    ...(from > 0 ? { 'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
  });
  const hold = Number(searchParams.get('hold') ?? NaN);
  if (hold > from && hold < bytes.length) holdBack(response, bytes.subarray(from), hold - from);
  else response.end(bytes.subarray(from));
};

function holdBack(response: ServerResponse, bytes: Uint8Array, at: number): void {
  response.write(bytes.subarray(0, at));
  held = {
    goOn: () => response.end(bytes.subarray(at)),
    breakOff: () => response.destroy(),
  };
}

/** One pixel of the picture to a CSS pixel. */
function pictureTag(query = '', dynamicRange = 'high'): string {
  return `<hdr-image src="/picture.jpg${query}" alt="A sunset" width="${WIDTH}" height="${HEIGHT}" dynamic-range="${dynamicRange}"></hdr-image>`;
}

function serve(body: string, isolated = false): Promise<SiteServer> {
  return serveSite({
    routes: {
      '/test.html': elementPage(body),
      '/picture.jpg': sendPicture,
      '/layered.jpg': (_, response) => {
        response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(file);
      },
    },
    isolated,
  });
}

/** The base, and above it light or none. */
async function expectShown(page: Page, light: boolean): Promise<void> {
  expect(await page.evaluate(() => document.querySelector('hdr-image')!.naturalWidth)).toBe(WIDTH);
  expect((await canvasSignals(page)) !== null).toBe(light);
}

function largest(differences: readonly number[]): number {
  return differences.reduce((most, difference) => Math.max(most, Math.abs(difference)), 0);
}

/** From what Node decodes, in code values; Infinity for a picture of another size. */
function differenceFromNode(codeValues: ArrayLike<number>): number {
  if (codeValues.length !== wanted.length) return Infinity;
  return largest(Array.from(wanted, (value, i) => codeValues[i]! - value));
}

describe.each([
  ['with threads', true],
  ['without threads', false],
] as const)('Firefox, on wasm %s', PATIENCE, (_, isolated) => {
  test('decodes to the PQ values that Node decodes to', async () => {
    await using server = await serve('', isolated);
    await using page = await openFirefoxPage(browser, `${server.url}/test.html`);
    const result = await decodeIn(page, 'wasm', '/layered.jpg');
    expect(result.isolated).toBe(isolated);
    expect(result.events).toEqual(['base', 'header', 'layer 1', 'layer 2 final', 'done 2 wasm']);
    expect(result.pixels).toHaveLength(decoded.data.length);
    const difference = largest(result.pixels.map((pq, i) => pq - decoded.data[i]!));
    console.log(`Largest difference of Firefox's decode from Node's: ${difference.toExponential(2)} of PQ`);
    expect(difference).toBeLessThan(2e-3);
  });

  test('shows the base, then each layer as it arrives, and in the end what Node decodes, tone mapped', async () => {
    await using server = await serve(pictureTag(`?hold=${layout.layers[1]!.offset + 3}`), isolated);
    await using page = await openFirefoxPage(browser, `${server.url}/test.html`);
    await told(page, /layer 1$/);
    const canvas = async (): Promise<number[]> =>
      ((await canvasSignals(page)) ?? []).map((signal) => Math.round(255 * signal));
    const first = differenceFromNode(await canvas());
    held!.goOn();
    await told(page, /final/);
    expect(await page.evaluate(() => window.told)).toEqual([
      'image load',
      'image layer 1',
      'image layer 2 final',
    ]);
    expect(requests).toEqual(['all', 'kept', `bytes=${layout.base.length}- layers`]);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);

    await expect.poll(async () => differenceFromNode(await canvas())).toBeLessThanOrEqual(1);
    expect(first).toBeGreaterThan(4);
    const clip = { x: 0, y: 0, width: WIDTH, height: HEIGHT };
    const screen = await sharp(await page.screenshot({ clip }))
      .ensureAlpha()
      .raw()
      .toBuffer();
    expect(differenceFromNode(screen)).toBeLessThanOrEqual(1);
  });
});

describe('Firefox', PATIENCE, () => {
  test('on its SDR screen shows an <img>, and asks for nothing else', async () => {
    await using server = await serve(pictureTag('', 'auto'));
    await using page = await openFirefoxPage(browser, `${server.url}/test.html`);
    await told(page, /load/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(requests).toEqual(['all']);
    expect(await canvasSignals(page)).toBeNull();
    expect(await page.evaluate(() => window.told)).toEqual(['image load']);
    const seen = await page.evaluate(() => {
      const { naturalWidth, naturalHeight, width, height, complete, alt } =
        document.querySelector('hdr-image')!;
      return { naturalWidth, naturalHeight, width, height, complete, alt };
    });
    expect(seen).toEqual({
      naturalWidth: WIDTH,
      naturalHeight: HEIGHT,
      width: WIDTH,
      height: HEIGHT,
      complete: true,
      alt: 'A sunset',
    });
  });

  test('keeps the plain JPEG as what can be saved, beneath the light', async () => {
    await using server = await serve(pictureTag());
    await using page = await openFirefoxPage(browser, `${server.url}/test.html`);
    await told(page, /final/);
    const seen = await page.evaluate(async () => {
      const element = document.querySelector('hdr-image')!;
      const image = element.shadowRoot!.elementFromPoint(20, 20) as HTMLImageElement;
      await element.decode();
      const saved = await (await fetch(image.currentSrc)).blob();
      const { localName, alt, complete, naturalWidth, naturalHeight } = image;
      return { localName, alt, complete, naturalWidth, naturalHeight, type: saved.type, size: saved.size };
    });
    expect(seen).toEqual({
      localName: 'img',
      alt: 'A sunset',
      complete: true,
      naturalWidth: WIDTH,
      naturalHeight: HEIGHT,
      type: 'image/jpeg',
      size: layout.base.length,
    });
  });

  test('shows a layered file in an <img> as it shows the base alone', async () => {
    await using server = await serve('');
    await using page = await openFirefoxPage(browser, `${server.url}/test.html`);
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
    const plain = await pixels('/picture.jpg');
    expect(plain).toHaveLength(4 * WIDTH * HEIGHT);
    expect(new Set(plain).size).toBeGreaterThan(50);
    expect(await pixels('/layered.jpg')).toEqual(plain);
  });

  test.each([
    ['a connection that breaks off within the header', (): number => layout.headerBox.offset + 9, 0],
    ['a connection that breaks off within the second layer', (): number => layout.layers[1]!.offset + 9, 1],
  ])('keeps what it shows after %s, and says why', async (_, hold, layers) => {
    await using server = await serve(pictureTag(`?hold=${hold()}`));
    await using page = await openFirefoxPage(browser, `${server.url}/test.html`);
    if (layers > 0) await told(page, new RegExp(`layer ${layers}$`));
    else await expect.poll(() => held).toBeDefined();
    held!.breakOff();
    await told(page, /error/);
    expect(await page.evaluate(() => window.told)).toEqual([
      'image load',
      // The second time it has been post-processed.
      ...(layers > 0 ? [`image layer ${layers}`, `image layer ${layers} final`] : []),
      'image error fetch_failed',
    ]);
    await expectShown(page, layers > 0);
  });

  test.each([
    ['a damaged header', (): number => layout.headerBox.offset + 20, 'damaged_header', 0],
    ['a damaged layer', (): number => layout.layers[1]!.offset + 3, 'damaged_layer', 1],
  ])('keeps what it shows after %s, and says why', async (_, damage, code, layers) => {
    await using server = await serve(pictureTag(`?damage=${damage()}`));
    await using page = await openFirefoxPage(browser, `${server.url}/test.html`);
    await told(page, /error/);
    expect(await page.evaluate(() => window.told)).toEqual([
      'image load',
      ...(layers > 0 ? [`image layer ${layers}`] : []),
      `image error ${code}`,
    ]);
    await expectShown(page, layers > 0);
  });
});
