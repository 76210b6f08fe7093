import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from './chromium.ts';
import { openPictures, settled, shownAt } from './many-pictures.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium({ flags: [...HDR_SCREEN, ...NEW_CANVAS, '--enable-precise-memory-info'] });
});
afterAll(() => browser.close());

/** Bytes of the page's own heap, after a collection, and of canvases. */
async function memoryOf(page: Page, cdp: CDPSession): Promise<{ heap: number; canvases: number }> {
  await cdp.send('HeapProfiler.collectGarbage');
  await page.waitForTimeout(300);
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const canvases = await page.evaluate(() =>
    [...document.querySelectorAll('hdr-image')].reduce((sum, element) => {
      const canvas = element.shadowRoot?.querySelector('canvas');
      return sum + (canvas ? 8 * canvas.width * canvas.height : 0);
    }, 0),
  );
  return { heap: usedSize, canvases };
}

describe('many pictures', () => {
  test('200 scrolled through leave the memory that one took', async () => {
    await using opened = await openPictures(browser, 200);
    const { page, cdp } = opened;
    await shownAt(page, 0);
    await settled(page);
    const before = await memoryOf(page, cdp);
    for (let i = 3; i < 200; i += 3) {
      await page.evaluate((to) => {
        document.querySelector(`#p${to}`)!.scrollIntoView({ block: 'center' });
      }, i);
      if (i % 30 === 0) await shownAt(page, i);
      else await page.waitForTimeout(30);
    }
    await page.evaluate(() => {
      window.told = [];
      scrollTo(0, 0);
    });
    await shownAt(page, 0);
    await settled(page);
    const after = await memoryOf(page, cdp);
    console.log(
      `heap ${(before.heap / 1e6).toFixed(2)} → ${(after.heap / 1e6).toFixed(2)} MB, canvases ${before.canvases / 1e6} → ${after.canvases / 1e6} MB`,
    );
    expect(after.canvases).toBeLessThanOrEqual(1.2 * before.canvases);
    expect(after.heap).toBeLessThanOrEqual(1.2 * before.heap);
  });
});
