// Seconds per megapixel of decoding four layers in Chromium's wasm, beside gainmap-js decoding its own file of the same picture.
// node scripts/build.js && node test/bench/browser/decode-cost.ts [PICTURE] [RUNS] [MEGAPIXELS]
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { encode } from '../../../src/codec/encode.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../../src/inference/node.ts';
import { launchChromium } from '../../browser/chromium.ts';
import { sunset } from '../../browser/layered-file.ts';
import { serveSite } from '../../browser/site-server.ts';
import { median } from '../median.ts';
import { benchPicture } from './bench-picture.ts';

const [path, runs = '5', megapixels = '1'] = process.argv.slice(2);
const picture = path === undefined ? sunset(1248, 832) : await benchPicture(path, Number(megapixels));
const { width, height } = picture;
const networks = await loadNetworks({ modelsFolder: 'models', providers: ['cpu'], threads: 2 });
const file = await encode(picture, { layers: 4 }, { networks, jpeg: nodeJpegCoder() });
await networks.release();
const light = new Float32Array(width * height * 4).fill(1);
for (let i = 0; i < width * height; i++) light.set(picture.data.subarray(3 * i, 3 * i + 3), 4 * i);
const bundle = await build({
  entryPoints: ['test/bench/browser/gainmap-js-page.ts'],
  bundle: true,
  format: 'esm',
  write: false,
});

/** Milliseconds from the file's bytes to the final picture, in a worker that has loaded everything and is warm. */
function decodeOurs(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const bytes = new Uint8Array(await (await fetch('/layered.jpg')).arrayBuffer());
    const decoder = new window.afterglow.Decoder({
      workerUrl: '/decoder-worker.js',
      executionProviders: ['wasm'],
    });
    try {
      let took = 0;
      for (let run = 0; run < 3; run++) {
        const started = performance.now();
        for await (const state of decoder.decode(bytes, { output: 'extended', pictures: 'newest' })) {
          if (state.type === 'layer' && state.final) took = performance.now() - started;
        }
      }
      return took;
    } finally {
      decoder.close();
    }
  });
}

const browser = await launchChromium();
try {
  const perMegapixel = (milliseconds: readonly number[]): string =>
    ((1000 * median(milliseconds)) / (width * height)).toFixed(2);
  console.log(`${width} × ${height} pixels, file ${file.length} bytes, median of ${runs} runs, s/MP`);
  for (const isolated of [true, false]) {
    await using server = await serveSite({
      isolated,
      routes: {
        '/test.html': (_, response) => {
          response.writeHead(200, { 'Content-Type': 'text/html' });
          response.end(
            '<!doctype html><script type="module" src="/gainmap-js.js"></script>' +
              '<script type="module">window.afterglow = await import("/lib/index.js")</script>',
          );
        },
        '/gainmap-js.js': (_, response) =>
          void response.setHeader('Content-Type', 'text/javascript').end(bundle.outputFiles[0]!.text),
        '/layered.jpg': (_, response) => void response.end(file),
        '/picture.raw': (_, response) => void response.end(new Uint8Array(light.buffer)),
      },
    });
    const page = await browser.newPage();
    await page.goto(`${server.url}/test.html`);
    await page.waitForFunction(() => 'afterglow' in window && 'encodeGainMap' in window);
    const peerFile = await page.evaluate(
      async ([w, h]) => {
        const blob = await window.encodeGainMap(w, h);
        return { url: URL.createObjectURL(blob), bytes: blob.size };
      },
      [width, height] as const,
    );
    const ours: number[] = [];
    const peer: number[] = [];
    // In turns, so that what else the machine does is shared fairly.
    for (let run = 0; run < Number(runs); run++) {
      ours.push(await decodeOurs(page));
      peer.push(await page.evaluate((url) => window.decodeGainMap(url), peerFile.url));
    }
    console.log(
      [
        `afterglow, wasm, ${isolated ? 'threads' : 'one thread'}:`,
        `${perMegapixel(ours)};`,
        `gainmap-js (${peerFile.bytes} bytes): ${perMegapixel(peer)}`,
      ].join(' '),
    );
    await page.close();
  }
} finally {
  await browser.close();
}
