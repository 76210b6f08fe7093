import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from './chromium.ts';
import { elementPage, openElementPage, told } from './element-page.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { sendPicture } from './many-pictures.ts';
import { serveSite, type Route, type SiteServer } from './site-server.ts';

// `<hdr-image>` beside an `<img>` of the same attributes, and what pages do with images otherwise.

const [WIDTH, HEIGHT] = [203, 117];

let file: Uint8Array;
let browser: Browser;
let requests: string[] = [];
beforeAll(async () => {
  ({ file } = await layeredFile(sunset(WIDTH, HEIGHT), 2));
  browser = await launchChromium({ flags: [...HDR_SCREEN, ...NEW_CANVAS] });
});
afterAll(() => browser.close());
beforeEach(() => {
  requests = [];
});

const picture: Route = (request, response, url) => {
  requests.push(`${request.url}${request.headers.accept?.includes('vnd.afterglow') ? ' layers' : ''}`);
  return sendPicture(file, (readLayout(file) as LayeredLayout).base.length)(request, response, url);
};

function serve(routes: Record<string, Route>): Promise<SiteServer> {
  return serveSite({ routes: { '/picture.jpg': picture, ...routes } });
}

/** The first element of a page with this body, which is open in `page`. */
async function open(server: SiteServer, path = '/test.html'): Promise<Page> {
  return openElementPage(browser, server.url + path);
}

const lines = (page: Page): Promise<string[]> => page.evaluate(() => window.told);

describe('beside an <img> of the same attributes and style, as a box it', () => {
  const BOXES: readonly (readonly [attributes: string, style: string])[] = [
    ['', ''],
    ['width="406" height="234"', ''],
    ['width="100"', ''],
    ['height="80"', ''],
    ['width="50%"', ''],
    ['width="100%" height="100"', ''],
    ['width="abc" height="-3"', ''],
    ['', 'width: 300px'],
    ['', 'height: 50px'],
    ['', 'max-width: 100px'],
    ['', 'max-height: 60px'],
    ['', 'min-height: 300px'],
    ['', 'display: block'],
    ['', 'display: none'],
    ['', 'position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover'],
    ['', 'float: right; width: 50%; aspect-ratio: 1; object-fit: cover'],
    ['', 'box-sizing: border-box; width: 200px; padding: 20px'],
    ['dir="rtl"', 'zoom: 1.5'],
    ['width="1280" height="720"', 'max-width: 100%; height: auto'],
    ['width="200" height="200"', 'object-fit: cover; border-radius: 30px'],
    [
      'width="200" height="200"',
      'object-fit: contain; object-position: 0 0; padding: 10px; border: 3px solid red; background: #0f0',
    ],
    ['width="200" height="100"', 'padding: 5%; border-radius: 50%'],
  ];
  /** The last is a style sheet as many pages have it. */
  const FORMS = {
    img: (attributes: string, style: string) => `<img src="/picture.jpg" ${attributes} style="${style}">`,
    'with its own image': (attributes: string, style: string) =>
      `<hdr-image src="/picture.jpg" dynamic-range="standard" ${attributes} style="${style}"></hdr-image>`,
    'with the image of a server': (attributes: string, style: string) =>
      `<hdr-image dynamic-range="standard" ${attributes} style="${style}"><img src="/picture.jpg"></hdr-image>`,
    'with a <picture>': (attributes: string, style: string) =>
      `<hdr-image dynamic-range="standard" ${attributes} style="${style}"><picture><source srcset="/picture.jpg?s"><img src="/nothing.jpg"></picture></hdr-image>`,
    'under a style sheet for every img': (attributes: string, style: string) =>
      `<style>hdr-image img { max-width: 100%; height: auto; border: 1px solid; margin: 2px; vertical-align: middle }</style><hdr-image dynamic-range="standard" ${attributes} style="${style}"><img src="/picture.jpg"></hdr-image>`,
  };

  interface Look {
    readonly boxes: string[];
    readonly pixels: Buffer;
  }

  async function look(server: SiteServer, form: keyof typeof FORMS): Promise<Look> {
    const page = await open(server, `/${encodeURIComponent(form)}.html`);
    await page.waitForFunction(
      (count) =>
        [...document.querySelectorAll<HTMLImageElement>('.box > img, hdr-image')].filter(
          (image) => image.complete && image.naturalWidth > 0,
        ).length === count,
      BOXES.length,
    );
    const boxes = await page.evaluate(() =>
      [...document.querySelectorAll('.box')].map((box) => {
        const image = box.querySelector<HTMLImageElement>('hdr-image, img')!;
        const [outer, inner] = [box.getBoundingClientRect(), image.getBoundingClientRect()];
        const rect = [inner.x - outer.x, inner.y - outer.y, inner.width, inner.height].map(Math.round);
        const { width, height, naturalWidth, naturalHeight } = image;
        return [...rect, width, height, naturalWidth, naturalHeight].join(' ');
      }),
    );
    const pixels = await page.screenshot({ fullPage: true });
    await page.close();
    return { boxes, pixels };
  }

  test('has its place, its size and its pixels', async () => {
    const routes = Object.entries(FORMS).map(([name, form]): [string, Route] => [
      `/${encodeURIComponent(name)}.html`,
      elementPage(
        BOXES.map(
          (box) =>
            `<div class="box" style="position: relative; width: 400px; height: 320px; overflow: hidden; background: #ddd">text ${form(...box)} g</div>`,
        ).join(''),
      ),
    ]);
    await using server = await serve(Object.fromEntries(routes));
    const image = await look(server, 'img');
    const raw = (png: Buffer): Promise<Buffer> => sharp(png).removeAlpha().raw().toBuffer();
    const wanted = await raw(image.pixels);
    for (const form of Object.keys(FORMS).slice(1) as (keyof typeof FORMS)[]) {
      const ours = await look(server, form);
      expect(ours.boxes, form).toEqual(image.boxes);
      const found = await raw(ours.pixels);
      expect(found.length).toBe(wanted.length);
      // Edges that lie between two pixels may be drawn another way.
      const differing = wanted.filter((value, i) => Math.abs(value - found[i]!) > 16).length;
      expect(differing / wanted.length, form).toBeLessThan(2e-4);
    }
  });

  test('has its light where its picture is', async () => {
    await using server = await serve({
      '/test.html': elementPage(
        '<hdr-image src="/picture.jpg" width="200" height="150" style="padding: 10px 20px; border: 3px solid; object-fit: cover; object-position: 10% 20%"></hdr-image>',
      ),
    });
    const page = await open(server);
    await told(page, /final/);
    const [image, canvas] = await page.evaluate(() =>
      ['img', 'canvas'].map((name) => {
        const shown = document.querySelector('hdr-image')!.shadowRoot!.querySelector(name)!;
        const { x, y, width, height } = shown.getBoundingClientRect();
        const { paddingLeft, paddingTop, objectFit, objectPosition } = getComputedStyle(shown);
        const [left, top] = [Number.parseFloat(paddingLeft), Number.parseFloat(paddingTop)];
        return [x + left, y + top, width - 2 * left, height - 2 * top, objectFit, objectPosition].join(' ');
      }),
    );
    expect(canvas).toBe(image);
    expect(image).toBe('23 13 200 150 cover 10% 20%');
  });
});

describe('the image that a server wrote', () => {
  const WRITTEN =
    '<hdr-image width="203" height="117"><img src="/picture.jpg" alt="A sunset" crossorigin="anonymous" loading="lazy" decoding="sync" fetchpriority="high" referrerpolicy="origin"></hdr-image>';
  const attributes = (page: Page): Promise<Record<string, string>> =>
    page.evaluate(() => {
      const image = document.querySelector('hdr-image')!.querySelector('img')!;
      return Object.fromEntries(Array.from(image.attributes, ({ name, value }) => [name, value]));
    });

  test('keeps what the element does not say', async () => {
    await using server = await serve({ '/test.html': elementPage(WRITTEN) });
    const page = await open(server);
    await told(page, /final/);
    const before = {
      src: '/picture.jpg',
      alt: 'A sunset',
      crossorigin: 'anonymous',
      loading: 'lazy',
      decoding: 'sync',
      fetchpriority: 'high',
      referrerpolicy: 'origin',
    };
    expect(await attributes(page)).toEqual(before);
    expect(await page.getByRole('img', { name: 'A sunset' }).count()).toBe(1);
    await page.evaluate(() => {
      document.querySelector('hdr-image')!.alt = 'Another';
    });
    expect(await attributes(page)).toEqual({ ...before, alt: 'Another' });
    await page.evaluate(() => {
      document.querySelector('hdr-image')!.removeAttribute('alt');
    });
    const { alt, ...rest } = await attributes(page);
    expect(alt).toBeUndefined();
    expect(rest.crossorigin).toBe('anonymous');
  });

  test.each([
    WRITTEN,
    '<hdr-image><picture><source srcset="/picture.jpg?s"><img alt="A sunset"></picture></hdr-image>',
  ])('is taken also when a parser comes to it after the element was defined: %s', async (html) => {
    let finish = (): unknown => undefined;
    await using server = await serve({
      '/test.html': (_, response) => {
        void elementPage('')(
          _,
          {
            writeHead: () => response.writeHead(200, { 'Content-Type': 'text/html' }),
            end: (text: string) =>
              response.write(text.replace('type="module"', 'type="module" async') + ' '.repeat(4096)),
          } as unknown as typeof response,
          new URL('http://localhost/'),
        );
        finish = () => response.end(html);
      },
    });
    const page = await browser.newPage();
    await page.goto(`${server.url}/test.html`, { waitUntil: 'commit' });
    // By the clock: a page whose end has not come need not make frames.
    const defined = () => customElements.get('hdr-image') !== undefined && 'afterglow' in window;
    await page.waitForFunction(defined, undefined, { polling: 50 });
    finish();
    await told(page, /final/);
    expect(await lines(page)).toEqual(['image load', expect.stringMatching(/layer 2 final/)]);
    expect(await page.getByRole('img', { name: 'A sunset' }).count()).toBe(1);
    await page.close();
  });

  test('is told of as loaded where it was before the element was defined, once', async () => {
    await using server = await serve({
      '/test.html': elementPage(
        '<hdr-image dynamic-range="standard"><img src="/picture.jpg" alt=""></hdr-image>',
      ),
      '/lib/index.js': async (_, response) => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        const { readFile } = await import('node:fs/promises');
        response
          .writeHead(200, { 'Content-Type': 'text/javascript' })
          .end(await readFile('dist/browser/index.js'));
      },
    });
    const page = await open(server);
    await told(page, /load/);
    await page.waitForTimeout(300);
    expect(await lines(page)).toEqual(['image load']);
  });

  test('can be exchanged for another', async () => {
    await using server = await serve({ '/test.html': elementPage(WRITTEN) });
    const page = await open(server);
    await told(page, /final/);
    await page.evaluate(() => {
      window.told = [];
      const image = new Image();
      image.src = '/picture.jpg?other';
      document.querySelector('hdr-image')!.replaceChildren(image);
    });
    await told(page, /final/);
    expect(requests).toContain('/picture.jpg?other layers');
    expect(await page.evaluate(() => document.querySelector('hdr-image')!.currentSrc)).toMatch(/\?other$/);
  });
});

describe('in a script', () => {
  let server: SiteServer;
  let page: Page;
  beforeAll(async () => {
    server = await serve({ '/test.html': elementPage('<p></p><section></section>') });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(async () => {
    page = await open(server);
    return () => page.close();
  });

  test('it loads before it is in the page, as an <img> does', async () => {
    const seen = await page.evaluate(async () => {
      const element = new window.afterglow.HdrImage();
      let loads = 0;
      element.addEventListener('load', () => loads++);
      element.src = '/picture.jpg';
      const during = element.complete;
      await element.decode();
      const size = [element.naturalWidth, element.naturalHeight];
      await new Promise((resolve) => setTimeout(resolve, 100));
      document.body.append(element);
      return { during, size, loads };
    });
    expect(seen).toEqual({ during: false, size: [WIDTH, HEIGHT], loads: 1 });
    await told(page, /final/);
    expect(requests.filter((request) => !request.endsWith('layers'))).toHaveLength(2);
  });

  test('its properties answer what those of an <img> do', async () => {
    const [ours, theirs] = await page.evaluate(() =>
      ['hdr-image', 'img'].map((name) => {
        const image = document.createElement(name);
        const answers: unknown[] = [];
        const values: readonly [string, unknown[]][] = [
          ['src', ['/a.jpg', 'http://[', 'a b.jpg']],
          ['alt', ['text', '']],
          ['crossOrigin', ['anonymous', 'use-credentials', 'nonsense', '', null]],
          ['referrerPolicy', ['origin', 'nonsense']],
          ['fetchPriority', ['high', 'nonsense']],
          ['loading', ['lazy', 'LAZY', 'nonsense']],
          ['decoding', ['sync', 'nonsense']],
          ['sizes', ['50vw']],
          ['srcset', ['a.jpg 2x']],
        ];
        for (const [key, all] of values) {
          answers.push([key, Reflect.get(image, key)]);
          for (const value of all) {
            Object.assign(image, { [key]: value });
            answers.push([key, Reflect.get(image, key), image.getAttribute(key)]);
          }
        }
        return answers;
      }),
    );
    expect(ours).toEqual(theirs);
  });

  test('what is cloned or parsed is an element of its own', async () => {
    await page.evaluate(() => {
      document.querySelector('p')!.innerHTML =
        '<hdr-image id="parsed" src="/picture.jpg" alt="x"></hdr-image>';
    });
    await told(page, /parsed .*final/);
    await page.evaluate(() => {
      const clone = document.querySelector('hdr-image')!.cloneNode(true) as HTMLElement;
      clone.id = 'clone';
      document.body.append(clone);
    });
    await told(page, /clone .*final/);
    expect(await lines(page)).toHaveLength(4);
  });

  test('moved within the page it keeps its light, moved to another page it has it there', async () => {
    await page.evaluate(() => {
      document.querySelector('p')!.innerHTML = '<hdr-image src="/picture.jpg" alt="x"></hdr-image>';
    });
    await told(page, /final/);
    const kept = await page.evaluate(async () => {
      const element = document.querySelector('hdr-image')!;
      const canvas = element.shadowRoot!.querySelector('canvas');
      document.querySelector('section')!.append(element);
      await new Promise((resolve) => setTimeout(resolve, 200));
      return element.shadowRoot!.querySelector('canvas') === canvas;
    });
    expect(kept).toBe(true);
    expect(await lines(page)).toHaveLength(2);

    const position = await page.evaluate(async () => {
      const element = document.querySelector('hdr-image')!;
      const frame = document.createElement('iframe');
      frame.srcdoc = '<!doctype html>';
      document.body.append(frame);
      await new Promise((resolve) => {
        frame.onload = resolve;
      });
      const shown = new Promise<void>((resolve) => {
        element.addEventListener('layer', (event) => {
          if ((event as CustomEvent<{ final: boolean }>).detail.final) resolve();
        });
      });
      frame.contentDocument!.body.append(element);
      await shown;
      const canvas = element.shadowRoot!.querySelector('canvas')!;
      return [frame.contentWindow!.getComputedStyle(canvas).position, element.clientWidth];
    });
    expect(position).toEqual(['absolute', WIDTH]);
  });

  test('to set src to what it is loads it again, and its light', async () => {
    await page.evaluate(() => {
      document.querySelector('p')!.innerHTML = '<hdr-image src="/picture.jpg" alt="x"></hdr-image>';
    });
    await told(page, /final/);
    await page.evaluate(() => {
      window.told = [];
      const element = document.querySelector('hdr-image')!;
      element.setAttribute('src', element.getAttribute('src')!);
    });
    await told(page, /final/);
    expect(await lines(page)).toEqual(['image load', 'image layer 2 final']);
  });

  test('it can have another name, too', async () => {
    const names = await page.evaluate(() => {
      window.afterglow.defineHdrImage('x-picture');
      window.afterglow.defineHdrImage('x-picture');
      window.afterglow.defineHdrImage();
      return [document.createElement('x-picture') instanceof window.afterglow.HdrImage];
    });
    expect(names).toEqual([true]);
  });
});
