import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { complaints } from './axe.ts';
import { HDR_SCREEN, launchChromium } from './chromium.ts';
import { servePicture } from './picture-server.ts';
import type { SiteServer } from './site-server.ts';

// How the page looks while it loads, on other screens, and in a reader's own colours.

let server: SiteServer;
let browser: Browser;

beforeAll(async () => {
  server = await servePicture(3);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
});

async function decoded(page: Page): Promise<Locator> {
  await page.locator('[data-state=final]').waitFor();
  await expect.poll(() => page.getByRole('radio', { name: 'SDR | Luminance' }).isEnabled()).toBe(true);
  return page.getByRole('article');
}

test.each([360, 560, 768, 1280])('nothing jumps while a picture is loaded, at %s pixels', async (width) => {
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  await page.addInitScript(() => {
    const jumps: string[] = [];
    Object.assign(window, { jumps });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        sources: { node: Node | null }[];
      })[]) {
        const what = entry.sources.map(({ node }) => (node as Element | null)?.className ?? node?.nodeName);
        jumps.push(`${what.join(', ')} by ${entry.value.toFixed(4)}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(server.url);
  await decoded(page);
  await page.getByRole('button', { name: 'Load again' }).waitFor();
  expect(await page.evaluate(() => (window as unknown as { jumps: string[] }).jumps)).toEqual([]);
  await page.close();
});

test('a browser without a canvas for an HDR screen does not say that it shows all light', async () => {
  const hdr = await launchChromium({ flags: HDR_SCREEN });
  try {
    const page = await hdr.newPage();
    await page.goto(server.url);
    const card = await decoded(page);
    await expect
      .poll(() => page.locator('[data-screen]').textContent())
      .toBe(
        'This screen is HDR, but this browser has no canvas that exceeds white: the decode’s highlights are rolled off. Lower the exposure to look into them.',
      );
    await card.getByRole('img', { name: 'A sunset: the HDR decode, tone-mapped for this screen' }).waitFor();
  } finally {
    await hdr.close();
  }
});

test('in colours of the reader’s own, what is chosen and what is meant by a colour is still told apart', async () => {
  const page = await browser.newPage({ forcedColors: 'active', viewport: { width: 1280, height: 900 } });
  await page.goto(server.url);
  const card = await decoded(page);
  await card.getByRole('table').waitFor();
  const grounds = (selector: string): Promise<string[]> =>
    card
      .locator(selector)
      .evaluateAll((elements) => elements.map((element) => getComputedStyle(element).backgroundColor));
  const [chosen, other] = await grounds('.views span');
  expect(chosen).not.toBe(other);
  expect(new Set(await grounds('.bar .base, .bar .layer')).size).toBe(2);
  expect(new Set(await grounds('.legend i')).size).toBe(9);
  expect(await complaints(page)).toEqual([]);
  await page.close();
});

test('each picture is an article of its name', async () => {
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.getByRole('article', { name: 'A sunset' }).waitFor();
  await page.close();
});
