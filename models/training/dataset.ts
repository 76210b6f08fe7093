/**
 * Makes the training set with the codec itself: every HDR picture is tone-mapped, coded as JPEG at several qualities,
 * decoded and inverse tone-mapped. Writes for each picture its PQ planes and those of each prediction as 16-bit
 * integers, and an index.json that models/training/train.py reads.
 *
 *   node models/training/dataset.ts OUT FOLDER|FILE…  [--qualities 3] [--assets]
 *
 * `--assets` adds the CC0 panoramas of @pmndrs/assets, but for the four that the project's tests use.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeBaseLayer } from '../../src/codec/base-layer.ts';
import type { HdrPicture } from '../../src/codec/picture.ts';
import { read } from '../../src/formats/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { findPictures, quantise, random } from './pictures.ts';

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

const jpeg = nodeJpegCoder();
const draw = random(2020);
const index: unknown[] = [];
await mkdir(out, { recursive: true });
for (const { name, bytes } of await findPictures(sources, values.assets)) {
  let picture: HdrPicture = await read(await bytes());
  while (picture.width * picture.height > MAX_PIXELS) picture = halve(picture);
  const { width, height } = picture;
  const predictions: { quality: number; file: string; rms: number }[] = [];
  const reference = `${name}.reference.u16`;
  for (let k = 0; k < Number(values.qualities); k++) {
    const [low, high] = BANDS[k % BANDS.length]!;
    const quality = Math.floor(low + (high - low) * draw());
    const base = await makeBaseLayer(picture, { quality, tmo: 'mai', coding: 'mozjpeg' }, jpeg);
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
