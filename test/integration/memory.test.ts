import { afterAll, beforeAll, expect, test } from 'vitest';
import { write } from '../../src/formats/index.ts';
import { OriginProcess } from './origin-process.ts';

// What a picture takes while it is encoded, about 140 bytes for each of its pixels, the origin does not keep.

const [WIDTH, HEIGHT] = [1600, 1200];
/** What may stay: allocators never give back all. Of a picture of this size 520 MB stayed, and 140 do. */
const MOST_GROWTH = 250 * 2 ** 20;

let origin: OriginProcess;
beforeAll(async () => {
  origin = await OriginProcess.start();
});
afterAll(() => origin.stop());

async function scene(width: number, height: number): Promise<Uint8Array<ArrayBuffer>> {
  const data = new Float32Array(width * height * 3).map((_, i) => 0.5 + 0.4 * Math.sin(i / 5000));
  return Uint8Array.from(await write({ width, height, data, primaries: 'bt709', nitsPerUnit: 100 }, 'pfm'));
}

async function residentBytes(): Promise<number> {
  const metrics = await (await fetch(`${origin.url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]);
}

async function encode(file: Uint8Array<ArrayBuffer>): Promise<number> {
  const response = await origin.post('/encode?layers=1', file);
  await response.arrayBuffer();
  return response.status;
}

test('the origin gives back what a large picture took, though nothing else comes', async () => {
  expect(await encode(await scene(64, 48))).toBe(200);
  const before = await residentBytes();
  expect(await encode(await scene(WIDTH, HEIGHT))).toBe(200);
  const after = await residentBytes();
  console.log(`Resident: ${Math.round(before / 2 ** 20)} MiB before, ${Math.round(after / 2 ** 20)} after`);
  expect(after - before).toBeLessThan(MOST_GROWTH);
}, 120_000);
