// First sight of the base: `<hdr-image>` beside a plain `<img>` of the same JPEG, on a link of 1.6 Mbit/s: one that delivers segment
// by segment, and Chromium's own throttle.
// node test/bench/browser/first-paint.ts [RUNS] [WIDTHxHEIGHT]
import type { Browser } from 'playwright-core';
import { readLayout, type LayeredLayout } from '../../../src/container/index.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from '../../browser/chromium.ts';
import { layeredFile, sunset } from '../../browser/layered-file.ts';
import { serveSite, type Route } from '../../browser/site-server.ts';
import { sendPaced } from './paced-link.ts';

const LINK = { bitsPerSecond: 1.6e6, latency: 40 };
/** The same for Chromium's throttle, in bytes per second. */
const THROTTLE = {
  offline: false,
  latency: LINK.latency,
  downloadThroughput: LINK.bitsPerSecond / 8,
  uploadThroughput: 750e3 / 8,
};

const runs = Number(process.argv[2] ?? 9);
const [width = 768, height = 512] = (process.argv[3] ?? '768x512').split('x').map(Number);
const { file } = await layeredFile(sunset(width, height), 2);
const { base } = readLayout(file) as LayeredLayout;

/** The plain JPEG, or what layers add to it, as the edge negotiates and cuts them. */
const send: Route = async ({ headers }, response, url) => {
  const layers = headers.accept?.includes('vnd.afterglow') === true;
  const etag = layers ? '"layered"' : '"plain"';
  if (headers['if-none-match'] === etag) {
    response.writeHead(304, { ETag: etag, Vary: 'Accept' }).end();
    return;
  }
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const bytes = (layers ? file : file.subarray(0, base.length)).subarray(from);
  response.writeHead(from > 0 ? 206 : 200, {
    'Content-Type': 'image/jpeg',
    'Content-Length': bytes.length,
    ETag: etag,
    Vary: 'Accept',
    ...(from > 0 ? { 'Content-Range': `bytes ${from}-${file.length - 1}/${file.length}` } : {}),
  });
  if (url.searchParams.has('paced')) await sendPaced(response, bytes, LINK);
  else response.end(bytes);
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
    '/picture.jpg': send,
  },
});

/** Milliseconds from the element's insertion to the frame after its whole base is there. */
async function paint(browser: Browser, tag: string, throttled: boolean): Promise<number> {
  const context = await browser.newContext();
  try {
    const tab = await context.newPage();
    await tab.goto(`${server.url}/test.html`);
    await tab.waitForFunction(() => 'afterglow' in window);
    if (throttled) {
      const session = await context.newCDPSession(tab);
      await session.send('Network.emulateNetworkConditions', THROTTLE);
    }
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
  console.log(`base ${base.length} bytes, file ${file.length} bytes, median of ${runs} runs`);
  for (const throttled of [false, true]) {
    const plain: number[] = [];
    const ours: number[] = [];
    const query = throttled ? '' : '?paced';
    // In turns, so that what else the machine does is shared fairly.
    for (let run = 0; run < runs; run++) {
      plain.push(await paint(browser, `<img src="/picture.jpg${query}">`, throttled));
      ours.push(await paint(browser, `<hdr-image src="/picture.jpg${query}" alt=""></hdr-image>`, throttled));
    }
    console.log(
      [
        throttled ? 'Chromium’s throttle:' : 'segment by segment:',
        `<img> ${median(plain).toFixed(0)} ms,`,
        `<hdr-image> ${median(ours).toFixed(0)} ms, ratio ${(median(ours) / median(plain)).toFixed(3)}`,
      ].join(' '),
    );
  }
} finally {
  await browser.close();
}
