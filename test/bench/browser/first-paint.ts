// First sight of the base: `<hdr-image>` beside a plain `<img>` of the same JPEG, on a link of 1.6 Mbit/s: one that delivers segment
// by segment, and Chromium's own throttle. A second `<img>` tells how far apart two of the same are on this machine.
// node scripts/build.js && node test/bench/browser/first-paint.ts [PICTURE] [RUNS] [MEGAPIXELS]
import type { Browser } from 'playwright-core';
import { readLayout, type LayeredLayout } from '../../../src/container/index.ts';
import { HDR_SCREEN, launchChromium, NEW_CANVAS } from '../../browser/chromium.ts';
import { layeredFile, sunset } from '../../browser/layered-file.ts';
import { serveSite, type Route } from '../../browser/site-server.ts';
import { median } from '../median.ts';
import { benchPicture } from './bench-picture.ts';
import { sendPaced } from './paced-link.ts';

const LINK = { bitsPerSecond: 1.6e6, latency: 40 };
/** The same for Chromium's throttle, in bytes per second. */
const THROTTLE = {
  offline: false,
  latency: LINK.latency,
  downloadThroughput: LINK.bitsPerSecond / 8,
  uploadThroughput: 750e3 / 8,
};

const [path, runs = '15', megapixels = '0.6'] = process.argv.slice(2);
const picture = path === undefined ? sunset(768, 512) : await benchPicture(path, Number(megapixels));
const { file } = await layeredFile(picture, 2);
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

const browser = await launchChromium({ flags: [...HDR_SCREEN, ...NEW_CANVAS] });
try {
  console.log(`base ${base.length} bytes, file ${file.length} bytes, median of ${runs} runs`);
  for (const throttled of [false, true]) {
    const query = throttled ? '' : '?paced';
    const image = `<img src="/picture.jpg${query}">`;
    const element = `<hdr-image src="/picture.jpg${query}" alt=""></hdr-image>`;
    const times: { tag: string; took: number[] }[] = [image, element, image].map((tag) => ({
      tag,
      took: [],
    }));
    for (let run = 0; run < Number(runs); run++) {
      // In turns, and each first as often as last, so that what else the machine does is shared fairly.
      for (let turn = 0; turn < times.length; turn++) {
        const { tag, took } = times[(run + turn) % times.length]!;
        took.push(await paint(browser, tag, throttled));
      }
    }
    const [plain, ours, again] = times.map(({ took }) => median(took)) as [number, number, number];
    console.log(
      [
        throttled ? 'Chromium’s throttle:' : 'segment by segment:',
        `<img> ${plain.toFixed(0)} ms,`,
        `<hdr-image> ${ours.toFixed(0)} ms, ratio ${(ours / plain).toFixed(3)},`,
        `another <img> ${(again / plain).toFixed(3)}`,
      ].join(' '),
    );
  }
} finally {
  await browser.close();
}
