import { build } from 'esbuild';
import { expect, test } from 'vitest';
import type * as webgpuPass from '../../src/browser/display/webgpu-pass.ts';
import { srgbEncode } from '../../src/codec/srgb.ts';
import { fromHalf, toHalf } from '../../src/browser/half-float.ts';
import { launchChromium } from './chromium.ts';
import { serveSite } from './site-server.ts';

// Chromium without a GPU has WebGPU by software, but not on canvases: what a canvas would get is drawn on a texture.

declare global {
  interface Window {
    webgpuPass: typeof webgpuPass;
  }
}

test('the WebGPU pass draws extended sRGB signals, pixel by pixel, beyond SDR white', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `window.webgpuPass = await import('./src/browser/display/webgpu-pass.ts')`,
      resolveDir: '.',
    },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  });
  await using server = await serveSite({
    routes: {
      '/pass.html': (_, response) => {
        response.writeHead(200, { 'Content-Type': 'text/html' });
        response.end(`<!doctype html><script type="module">${outputFiles[0]!.text}</script>`);
      },
    },
  });
  const light = [-0.1, 0, 0.001, 0.05, 0.18, 0.9, 1, 2.5, 12, 49];
  const data = light.flatMap((value) => [value, 2 * value, value / 2, 1]).map(toHalf);
  const browser = await launchChromium({ webgpu: true });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}/pass.html`);
    await page.waitForFunction(() => 'webgpuPass' in window);
    const halves = await page.evaluate(async (pixels) => {
      const adapter = await navigator.gpu.requestAdapter();
      const device = await adapter!.requestDevice();
      // Two rows, the second of them upside down, show that rows and columns stay what they are.
      const [width, height] = [pixels.length / 4, 2];
      const rows = Uint16Array.from([...pixels, ...pixels.toReversed()]);
      const { FORMAT, picturePass } = window.webgpuPass;
      const target = device.createTexture({ size: { width, height }, format: FORMAT, usage: 0x11 });
      const picture = { encoding: 'linear', width, height, data: rows } as const;
      picturePass(device)(picture, 0, target.createView());
      const buffer = device.createBuffer({ size: 512, usage: 0x9 });
      const encoder = device.createCommandEncoder();
      encoder.copyTextureToBuffer({ texture: target }, { buffer, bytesPerRow: 256 }, { width, height });
      device.queue.submit([encoder.finish()]);
      await buffer.mapAsync(1);
      return [...new Uint16Array(buffer.getMappedRange())];
    }, data);
    const rows = [data, data.toReversed()];
    rows.forEach((row, y) => {
      row.forEach((half, i) => {
        if (i % 4 === 3) return;
        const wanted = srgbEncode(fromHalf(half));
        const drawn = fromHalf(halves[128 * y + i]!);
        expect(Math.abs(drawn - wanted)).toBeLessThan(1e-3 + Math.abs(wanted) * 1e-3);
      });
    });
  } finally {
    await browser.close();
  }
});
