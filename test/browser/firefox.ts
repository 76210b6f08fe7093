import puppeteer, { type Browser, type Page } from 'puppeteer-core';

/**
 * Starts the Firefox that `FIREFOX` names, or Debian's, as it comes: Playwright drives only one that was patched for it, Puppeteer
 * any by WebDriver BiDi. Fails if there is none.
 */
export function launchFirefox(): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
  });
}

/** Opens a page that imports the package's browser entry, and waits until it is there. */
export async function openFirefoxPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.setViewport({ width: 800, height: 600 });
  await page.goto(url);
  await page.waitForFunction(() => 'afterglow' in window);
  return page;
}
