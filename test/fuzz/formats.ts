import { readdirSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { FormatError, read, write } from '../../src/formats/index.ts';

const FIXTURES = new URL('../unit/formats/fixtures/', import.meta.url);
/** Of a small file; a reader that takes longer hangs, for those who wait. */
const MAX_MILLISECONDS = 2000;
/** Below the default, so that a mutated size can never be a reason for a big allocation to pass unnoticed. */
const LIMITS = { maxPixels: 1_000_000, maxDimension: 65_500 };
/** Pixels, the reader's copies of a block, and room for what was there before. */
const MAX_BYTES = 256e6;

/**
 * Mutates small files of every kind and reads them: each must give a picture of finite samples or a FormatError, soon, in
 * bounded memory. The same seed gives the same files.
 */
export async function fuzzFormats(
  iterations: number,
  seed: number,
): Promise<{ executions: number; failures: string[] }> {
  const files = await corpus();
  const random = generator(seed);
  const failures: string[] = [];
  for (let i = 0; i < iterations; i++) {
    const { name, bytes } = files[random(files.length)]!;
    const mutated = mutate(bytes, random);
    const started = performance.now();
    const failure = await attempt(mutated);
    const milliseconds = performance.now() - started;
    const where = `${name}, seed ${seed}, execution ${i}`;
    if (failure) failures.push(`${where}: ${failure}`);
    if (milliseconds > MAX_MILLISECONDS) failures.push(`${where}: took ${Math.round(milliseconds)} ms`);
  }
  return { executions: iterations, failures };
}

async function attempt(bytes: Uint8Array): Promise<string | null> {
  const before = process.memoryUsage().arrayBuffers;
  try {
    const { width, height, data } = await read(bytes, LIMITS);
    if (data.length !== width * height * 3) return 'the picture has another size than it says';
    if (!data.every((value) => value >= 0 && value < Infinity))
      return 'the picture has samples that are no light';
  } catch (error) {
    if (!(error instanceof FormatError))
      return `an error without a name: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  return process.memoryUsage().arrayBuffers - before > MAX_BYTES ? 'more memory than the limits allow' : null;
}

async function corpus(): Promise<{ name: string; bytes: Uint8Array }[]> {
  const files = readdirSync(FIXTURES)
    .filter((name) => !name.endsWith('.md'))
    .sort()
    .map((name) => ({ name, bytes: new Uint8Array(readFileSync(new URL(name, FIXTURES))) }));
  const data = Float32Array.from({ length: 12 * 9 * 3 }, (_, i) => i / 7);
  const bytes = await write({ width: 12, height: 9, data, primaries: 'bt709', nitsPerUnit: null }, 'pfm');
  return [...files, { name: 'ramp.pfm', bytes }, ...(await sdrFiles()), await ultraHdrFile()];
}

function sdrFiles(): Promise<{ name: string; bytes: Uint8Array }[]> {
  const raw = { width: 24, height: 17, channels: 4 } as const;
  const pixels = Uint8Array.from({ length: 24 * 17 * 4 }, (_, i) => (i * i) % 251);
  return Promise.all(
    (['jpeg', 'png', 'webp', 'avif'] as const).map(async (kind) => {
      const bytes = await sharp(pixels, { raw }).withMetadata({ orientation: 6 })[kind]().toBuffer();
      return { name: `noise.${kind}`, bytes: new Uint8Array(bytes) };
    }),
  );
}

/** Two JPEGs, each with the XMP packet that announces or describes a gain map. */
async function ultraHdrFile(): Promise<{ name: string; bytes: Uint8Array }> {
  const grey = { create: { width: 16, height: 8, channels: 3 as const, background: '#777' } };
  const jpeg = await sharp(grey).jpeg().toBuffer();
  const xmp =
    'http://ns.adobe.com/xap/1.0/\0<x xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:GainMapMax="3.5" hdrgm:Gamma="0.8"/>';
  const segment = Buffer.concat([Buffer.from([0xff, 0xe1, 0, xmp.length + 2]), Buffer.from(xmp)]);
  const described = [jpeg.subarray(0, 2), segment, jpeg.subarray(2)];
  return { name: 'grey.ultrahdr', bytes: new Uint8Array(Buffer.concat([...described, ...described])) };
}

const INTERESTING = [0, 1, 2, 0x7f, 0x80, 0xff];

/** One to four of: a byte or a 32-bit number overwritten, a piece cut out, doubled, or the end cut off. */
function mutate(source: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = Uint8Array.from(source);
  for (let count = 1 + random(4); count > 0 && bytes.length > 8; count--) {
    // Headers are where most decisions are taken.
    const at = random(random(2) ? bytes.length : Math.min(bytes.length, 512));
    const length = 1 + random(16);
    switch (random(6)) {
      case 0:
        bytes[at] = random(256);
        break;
      case 1:
        bytes[at] = INTERESTING[random(INTERESTING.length)]!;
        break;
      case 2:
        bytes[at]! ^= 1 << random(8);
        break;
      case 3:
        for (let i = 0; i < 4 && at + i < bytes.length; i++)
          bytes[at + i] = INTERESTING[random(INTERESTING.length)]!;
        break;
      case 4:
        bytes = Uint8Array.from([
          ...bytes.subarray(0, at),
          ...bytes.subarray(at + (random(2) ? length : -length)),
        ]);
        break;
      default:
        if (random(4) === 0) bytes = bytes.slice(0, at);
    }
  }
  return bytes;
}

/** Lehmer's generator: uniform enough, and the same everywhere. */
function generator(seed: number): (below: number) => number {
  let state = (seed % 0x7ffffffe) + 1;
  return (below) => {
    state = (state * 48271) % 0x7fffffff;
    return state % below;
  };
}
