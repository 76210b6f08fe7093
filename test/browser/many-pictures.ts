import type { Browser, CDPSession, Page } from 'playwright-core';
import { readLayout, type LayeredLayout } from '../../src/container/index.ts';
import { elementPage, openElementPage } from './element-page.ts';
import { layeredFile, sunset } from './layered-file.ts';
import { serveSite, type Route } from './site-server.ts';

/** The plain JPEG, or what layers add to it. */
export const sendPicture =
  (file: Uint8Array, base: number): Route =>
  ({ headers }, response) => {
    const layers = headers.accept?.includes('vnd.afterglow') === true;
    const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
    const bytes = (layers ? file : file.subarray(0, base)).subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      'Content-Type': 'image/jpeg',
      'Cache-Control': 'max-age=600',
      Vary: 'Accept',
      ETag: layers ? '"layered"' : '"plain"',
      ...(from > 0 ? { 'Content-Range': `bytes ${from}-${file.length - 1}/${file.length}` } : {}),
    });
    response.end(bytes);
  };

/** A page of so many lazy pictures, one above the other, each of its own URL and shown one pixel to a CSS pixel. */
export async function openPictures(
  browser: Browser,
  count: number,
  [width, height]: readonly [number, number] = [320, 200],
): Promise<{ page: Page; cdp: CDPSession } & AsyncDisposable> {
  const { file } = await layeredFile(sunset(width, height), 2);
  const base = (readLayout(file) as LayeredLayout).base.length;
  const pictures = Array.from(
    { length: count },
    (_, i) =>
      `<hdr-image id="p${i}" src="/picture.jpg?${i}" alt="" loading="lazy" width="${width}" height="${height}" style="display: block"></hdr-image>`,
  );
  const server = await serveSite({
    routes: { '/test.html': elementPage(pictures.join('\n')), '/picture.jpg': sendPicture(file, base) },
  });
  const page = await openElementPage(browser, `${server.url}/test.html`);
  const cdp = await page.context().newCDPSession(page);
  return {
    page,
    cdp,
    [Symbol.asyncDispose]: async () => {
      await page.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Waits for the last layer of a picture. */
export const shownAt = (page: Page, i: number): Promise<unknown> =>
  page.waitForFunction(
    (id) => window.told.some((line) => line.startsWith(`${id} layer`) && line.endsWith('final')),
    `p${i}`,
    { timeout: 60_000 },
  );

/** Waits until no picture near the viewport is still to be decoded. */
export async function settled(page: Page): Promise<void> {
  const lines = (): Promise<number> => page.evaluate(() => window.told.length);
  for (let before = -1, now = await lines(); now !== before; now = await lines()) {
    before = now;
    await page.waitForTimeout(1500);
  }
}
