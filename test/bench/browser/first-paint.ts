// First sight of the base: `<hdr-image>` beside a plain `<img>` of the same JPEG, on a link of 1.6 Mbit/s.
// node test/bench/browser/first-paint.ts [RUNS] [WIDTHxHEIGHT]
import type { Browser } from 'playwright-core';
import { readLayout, type LayeredLayout } from '../../../src/container/index.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from '../../browser/chromium.ts';
import { layeredFile, sunset } from '../../browser/layered-file.ts';
import { serveSite, type Route } from '../../browser/site-server.ts';

const LINK = { offline: false, latency: 40, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };

const runs = Number(process.argv[2] ?? 9);
const [width = 768, height = 512] = (process.argv[3] ?? '768x512').split('x').map(Number);
const { file } = await layeredFile(sunset(width, height), 2);
const { base } = readLayout(file) as LayeredLayout;

const send =
  (bytes: Uint8Array): Route =>
  (_, response) => {
    response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Content-Length': bytes.length }).end(bytes);
  };
/** The script is there already, as on every page but the first: what is measured is the picture. */
const page: Route = (_, response) => {
  response.writeHead(200, { 'Content-Type': 'text/html' });
  response.end(
    '<!doctype html><script type="module">window.afterglow = await import("/lib/index.js")</script>',
  );
};
await using server = await serveSite({
  routes: {
    '/test.html': page,
    '/plain.jpg': send(file.subarray(0, base.length)),
    '/layered.jpg': send(file),
  },
});

/** Milliseconds from the element's insertion to the frame after its whole base is there. */
async function paint(browser: Browser, tag: string): Promise<number> {
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    await tab.goto(`${server.url}/test.html`);
    await tab.waitForFunction(() => 'afterglow' in window);
    const session = await context.newCDPSession(tab);
    await session.send('Network.emulateNetworkConditions', LINK);
    return await tab.evaluate(async (html) => {
      const started = performance.now();
      document.body.innerHTML = html;
      const element = document.body.firstElementChild!;
      await new Promise((resolve) => {
        element.addEventListener('load', resolve, { once: true });
      });
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return performance.now() - started;
    }, tag);
  } finally {
    await context.close();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

const browser = await launchChromium({ flags: [...HDR_SCREEN, ...NEW_CANVAS] });
try {
  const plain: number[] = [];
  const ours: number[] = [];
  // In turns, so that what else the machine does is shared fairly.
  for (let run = 0; run < runs; run++) {
    plain.push(await paint(browser, '<img src="/plain.jpg">'));
    ours.push(await paint(browser, '<hdr-image src="/layered.jpg" alt=""></hdr-image>'));
  }
  console.log(`base ${base.length} bytes, file ${file.length} bytes, ${runs} runs`);
  console.log(`<img>       ${median(plain).toFixed(0)} ms`);
  console.log(
    `<hdr-image> ${median(ours).toFixed(0)} ms, ratio ${(median(ours) / median(plain)).toFixed(3)}`,
  );
} finally {
  await browser.close();
}
