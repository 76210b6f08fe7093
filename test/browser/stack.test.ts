import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SAMPLES } from '../../src/local/samples.ts';
import { launchChromium } from './chromium.ts';

// What `npm start` starts, and a newcomer's browser on the address that it prints.

let home: string;
let stack: ChildProcess;
let address: string;
let browser: Browser;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'afterglow-'));
  const [edgePort, originPort] = [await freePort(), await freePort()];
  stack = spawn(process.execPath, ['dist/local/main.js'], {
    env: {
      ...process.env,
      AFTERGLOW_HOME: home,
      EDGE_PORT: String(edgePort),
      ORIGIN_PORT: String(originPort),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  address = await printedAddress(stack);
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  if (stack.exitCode === null) {
    stack.kill('SIGTERM');
    await once(stack, 'exit');
  }
  await rm(home, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Reads on after it is found: a full pipe would stop whoever prints. */
function printedAddress(process: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    process.stdout!.on('data', (chunk) => {
      printed += String(chunk);
      const found = /\bOpen (http\S+)\s/.exec(printed);
      if (found !== null) resolve(found[1]!);
    });
    process.once('exit', (code) => {
      reject(new Error(`The stack ended with ${code}:\n${printed}`));
    });
  });
}

test('a newcomer sees the sample pictures in HDR, and uploads one of their own', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(address);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);

  const cards = page.getByRole('article');
  await expect.poll(() => cards.count()).toBe(SAMPLES.length);
  for (const [i, { title }] of SAMPLES.entries()) {
    const card = cards.nth(i);
    await card.scrollIntoViewIfNeeded();
    await expect.poll(() => card.getAttribute('data-state'), { timeout: 60_000 }).toBe('final');
    await expect.poll(() => card.locator('[data-status]').textContent()).toMatch(/layers, decoded on/);
    expect(await card.getByRole('heading').textContent()).toBe(title);
    const names = await card.getByRole('rowheader').allTextContents();
    expect(names).toEqual([
      'SDR JPEG',
      expect.stringMatching(/^JPEG \+ \d layers?$/),
      'Ultra HDR JPEG',
      'Upload (OpenEXR)',
    ]);
    expect(await card.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(512);
  }

  const fixture = 'test/unit/formats/fixtures/gradient.hdr';
  await page.getByLabel('Choose an HDR file').setInputFiles(fixture);
  await page.getByRole('button', { name: 'Upload' }).click();
  const own = page.getByRole('article').filter({ hasText: 'gradient.hdr' });
  await own.waitFor({ timeout: 60_000 });
  await expect.poll(() => own.getAttribute('data-state'), { timeout: 60_000 }).toBe('final');
  expect(complaints).toEqual([]);
});
