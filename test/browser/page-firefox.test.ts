import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchFirefox } from './firefox.ts';
import { servePicture } from './picture-server.ts';
import type { SiteServer } from './site-server.ts';

// The page in the other browser, whose image decoder and canvases are its own.

const LAYERS = 2;
let server: SiteServer;
let browser: Browser;

beforeAll(async () => {
  server = await servePicture(LAYERS);
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
  expect(await textOf(page, '[data-status]')).toBe('2 layers, decoded on wasm');
});
