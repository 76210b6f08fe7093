import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIPX, ipxFSStorage, type IPX } from 'ipx';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { areaAverage } from '../../src/codec/area-average.ts';
import { reinhard } from '../../src/codec/tmo-reinhard.ts';
import { jpegSize } from '../../src/container/index.ts';
import { parseVariant } from '../../src/delivery/variant.ts';
import { read } from '../../src/formats/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { ssim, structureOf } from '../../src/metrics/ssim.ts';
import { renderEncode } from '../../src/origin/render.ts';
import { scaled } from '../../src/origin/transform/index.ts';
import { panorama } from '../unit/formats/pictures.ts';

// Differential: SDR pictures by our origin and by ipx, a widely used image server that renders with sharp. PNG, because libvips
// reduces a JPEG or a WebP file beyond the half while it decodes it, by cruder filters than either of us asks for.

const parts = {
  jpeg: nodeJpegCoder(),
  maxPixels: 10_000_000,
  networks: () => Promise.reject(new Error('An SDR picture needs no network.')),
};

/** Clouds in several octaves over a horizon, with a dark and a bright edge: as much detail at every size as a photograph has. */
function landscape(width: number, height: number): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let value = y < height * 0.6 ? 150 : 70;
      for (let octave = 1; octave <= 5; octave++) {
        const f = 2 ** octave / 60;
        value +=
          (45 / octave) *
          Math.sin(f * x + 1.7 * octave) *
          Math.cos(f * 1.3 * y - octave + Math.sin(f * x * 0.4));
      }
      if (Math.abs(x - width / 3) < 9) value *= 0.4;
      for (let c = 0; c < 3; c++) data[i++] = Math.min(255, Math.max(0, value * [1, 0.93, 1.12][c]!));
    }
  return data;
}

const pictures: Record<string, { file: string; width: number; height: number; bytes: Uint8Array }> = {};
let folder: string;
let ipx: IPX;

async function add(name: string, file: string, image: Sharp): Promise<void> {
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  await writeFile(join(folder, file), data);
  pictures[name] = { file, width: info.width, height: info.height, bytes: new Uint8Array(data) };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'afterglow-ipx-'));
  ipx = createIPX({ storage: ipxFSStorage({ dir: folder }) });
  const generated = (width: number, height: number) =>
    sharp(landscape(width, height), { raw: { width, height, channels: 3 } });
  await add('landscape', 'landscape.png', generated(611, 407).png());
  await add('portrait', 'portrait.png', generated(300, 533).png());
  const street = areaAverage(scaled(await read(await panorama('venice'))), 640, 320);
  const { data, width, height } = reinhard(street);
  await add('street', 'street.png', sharp(data, { raw: { width, height, channels: 3 } }).png());
}, 30_000);

afterAll(() => rm(folder, { recursive: true }));

async function ours(bytes: Uint8Array, query: string): Promise<Uint8Array> {
  const variant = parseVariant(new URLSearchParams(query));
  return (await renderEncode(bytes, { variant }, parts)).bytes;
}

async function theirs(file: string, modifiers: Record<string, string>): Promise<Uint8Array> {
  const { data } = await ipx(file, { format: 'jpeg', ...modifiers }).process();
  return new Uint8Array(data as Buffer);
}

async function structure(jpeg: Uint8Array) {
  const { data, info } = await sharp(jpeg).greyscale().raw().toBuffer({ resolveWithObject: true });
  return structureOf(Float64Array.from(data), info.width, info.height);
}

const CASES: [string, Record<string, string>][] = [
  ['q=90', { quality: '90' }],
  ['q=90&w=320', { quality: '90', width: '320' }],
  ['q=90&w=199', { quality: '90', width: '199' }],
  ['q=90&w=97', { quality: '90', width: '97' }],
  ['q=60&w=250', { quality: '60', width: '250' }],
  ['q=90&h=150', { quality: '90', height: '150' }],
  ['q=90&w=5000', { quality: '90', width: '5000' }],
  ['q=90&w=250&h=250', { quality: '90', resize: '250x250', fit: 'inside' }],
  ['q=90&w=131&h=400', { quality: '90', resize: '131x400', fit: 'inside', enlarge: 'true' }],
  ['q=90&w=200&h=200&fit=cover', { quality: '90', resize: '200x200', fit: 'cover' }],
  ['q=90&w=260&h=90&fit=cover', { quality: '90', resize: '260x90', fit: 'cover' }],
  ['q=90&w=90&h=260&fit=cover', { quality: '90', resize: '90x260', fit: 'cover' }],
  [
    'q=90&w=150&h=250&fit=cover&gravity=north',
    { quality: '90', resize: '150x250', fit: 'cover', position: 'top' },
  ],
  [
    'q=90&w=150&h=250&fit=cover&gravity=east',
    { quality: '90', resize: '150x250', fit: 'cover', position: 'right' },
  ],
  [
    'q=90&w=180&h=200&fit=pad&bg=336699',
    { quality: '90', resize: '180x200', fit: 'contain', background: '336699' },
  ],
  [
    'q=90&w=180&h=201&fit=pad&gravity=south',
    { quality: '90', resize: '180x201', fit: 'contain', position: 'bottom' },
  ],
  ['q=90&crop=33,20,200,150', { quality: '90', extract: '33_20_200_150' }],
  ['q=90&rotate=90', { quality: '90', rotate: '90' }],
  ['q=90&rotate=180', { quality: '90', rotate: '180' }],
  ['q=90&rotate=270', { quality: '90', rotate: '270' }],
  ['q=90&flip=v', { quality: '90', flip: 'true' }],
  ['q=90&flip=h', { quality: '90', flop: 'true' }],
  ['q=90&w=300&sharpen=1', { quality: '90', width: '300', sharpen: '1' }],
  ['q=90&w=300&blur=1', { quality: '90', width: '300', blur: '1' }],
  ['q=90&w=300&blur=4', { quality: '90', width: '300', blur: '4' }],
];

describe.each(['landscape', 'portrait', 'street'])('%s beside ipx', (name) => {
  test.each(CASES)('%s', async (query, modifiers) => {
    const { bytes, file } = pictures[name]!;
    const [a, b] = await Promise.all([ours(bytes, query), theirs(file, modifiers)]);
    expect(jpegSize(a)).toEqual(jpegSize(b));
    const similarity = ssim(await structure(a), await structure(b), 255);
    expect(similarity).toBeGreaterThanOrEqual(0.98);
  });
});

describe('other formats beside ipx', () => {
  test.each(['jpeg', 'webp', 'avif'] as const)('%s', async (format) => {
    const file = `street.${format}`;
    await add(file, file, sharp(pictures.street!.bytes).toFormat(format, { quality: 95 }));
    for (const query of ['q=90', 'q=90&w=400']) {
      const width = new URLSearchParams(query).get('w');
      const modifiers = { quality: '90', ...(width === null ? {} : { width }) };
      const [a, b] = await Promise.all([ours(pictures[file]!.bytes, query), theirs(file, modifiers)]);
      expect(jpegSize(a)).toEqual(jpegSize(b));
      expect(ssim(await structure(a), await structure(b), 255)).toBeGreaterThanOrEqual(0.98);
    }
  });
});
