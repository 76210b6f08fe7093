/**
 * Makes the training set with the codec itself: every HDR picture is tone-mapped, coded as JPEG at several qualities,
 * decoded and inverse tone-mapped. Writes for each picture its PQ planes and those of each prediction as 16-bit
 * integers, and an index.json that models/training/train.py reads.
 *
 *   node models/training/dataset.ts OUT FOLDER|FILE…  [--qualities 3] [--assets]
 *
 * `--assets` adds the CC0 panoramas of @pmndrs/assets, but for the four that the project's tests use.
 */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeBaseLayer } from '../../src/codec/base-layer.ts';
import type { HdrPicture } from '../../src/codec/picture.ts';
import { read } from '../../src/formats/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';

/** The pictures that the tests and the local stack show are not trained on. */
const BARRED = ['venice', 'sunset', 'lab', 'esplanade'];
/** JPEG qualities are drawn evenly from these bands in turn: usual, low, high. */
const BANDS = [
  [70, 86],
  [30, 70],
  [86, 97],
] as const;
/** Larger pictures are halved until they have no more pixels than this. */
const MAX_PIXELS = 2_500_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    qualities: { type: 'string', default: '3' },
    assets: { type: 'boolean', default: false },
  },
});
const [out, ...sources] = positionals;
if (out === undefined || (sources.length === 0 && !values.assets)) {
  console.error('usage: dataset.ts OUT FOLDER|FILE… [--qualities N] [--assets]');
  process.exit(2);
}

/** Mulberry32: the same qualities with every run. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function halve(picture: HdrPicture): HdrPicture {
  const width = picture.width >> 1;
  const height = picture.height >> 1;
  const data = new Float32Array(width * height * 3);
  const row = picture.width * 3;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const i = 2 * y * row + 6 * x + c;
        const { data: d } = picture;
        data[(y * width + x) * 3 + c] = (d[i]! + d[i + 3]! + d[i + row]! + d[i + row + 3]!) / 4;
      }
    }
  }
  return { ...picture, width, height, data };
}

/** Planes (3, h, w) in [0, 1], cropped to multiples of 16, as 16-bit integers. */
function quantise(planes: Float32Array, width: number, height: number): Uint16Array {
  const w = width & ~15;
  const h = height & ~15;
  const cropped = new Uint16Array(3 * w * h);
  for (let c = 0, i = 0; c < 3; c++) {
    for (let y = 0; y < h; y++) {
      const from = (c * height + y) * width;
      for (let x = 0; x < w; x++) cropped[i++] = Math.round(65535 * planes[from + x]!);
    }
  }
  return cropped;
}

async function pictures(): Promise<{ name: string; bytes: () => Promise<Uint8Array> }[]> {
  const found: { name: string; bytes: () => Promise<Uint8Array> }[] = [];
  for (const source of sources) {
    const folder = (await stat(source)).isDirectory();
    const names = folder ? (await readdir(source)).sort().map((name) => join(source, name)) : [source];
    for (const path of names) found.push({ name: basename(path), bytes: () => readFile(path) });
  }
  if (values.assets) {
    const folder = join(import.meta.dirname, '../../node_modules/@pmndrs/assets/hdri');
    for (const name of (await readdir(folder)).filter((n) => n.endsWith('.exr.js')).sort()) {
      if (BARRED.includes(name.replace('.exr.js', ''))) continue;
      const bytes = async (): Promise<Uint8Array> => {
        const module = (await import(join(folder, name))) as { default: string };
        return Buffer.from(module.default.replace(/^data:[^,]*,/, ''), 'base64');
      };
      found.push({ name: `assets-${name.replace('.js', '')}`, bytes });
    }
  }
  return found;
}

const jpeg = nodeJpegCoder();
const draw = random(2020);
const index: unknown[] = [];
await mkdir(out, { recursive: true });
for (const { name, bytes } of await pictures()) {
  let picture = await read(await bytes());
  while (picture.width * picture.height > MAX_PIXELS) picture = halve(picture);
  const { width, height } = picture;
  const predictions: { quality: number; file: string; rms: number }[] = [];
  const reference = `${name}.reference.u16`;
  for (let k = 0; k < Number(values.qualities); k++) {
    const [low, high] = BANDS[k % BANDS.length]!;
    const quality = Math.floor(low + (high - low) * draw());
    const base = await makeBaseLayer(picture, { quality, tmo: 'mai' }, jpeg);
    if (k === 0) await writeFile(join(out, reference), quantise(base.reference, width, height));
    let squares = 0;
    base.reference.forEach((v, i) => (squares += (v - base.prediction[i]!) ** 2));
    const file = `${name}.${k}.u16`;
    await writeFile(join(out, file), quantise(base.prediction, width, height));
    predictions.push({ quality, file, rms: Math.sqrt(squares / base.reference.length) });
  }
  index.push({ name, width: width & ~15, height: height & ~15, reference, predictions });
  console.log(name, width, height, predictions.map((p) => `q${p.quality} ${p.rms.toFixed(5)}`).join(' '));
}
await writeFile(join(out, 'index.json'), JSON.stringify(index, null, 1));
