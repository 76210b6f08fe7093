/**
 * Makes the training set of glow2026's `enhance` network with the codec itself: every HDR picture is brought to the size
 * and brightness at which quality is measured, and coded as a base at several qualities. Writes for each picture its PQ
 * planes as 16-bit integers, for each base the decoded JPEG (8 bits, h × w × 3), and an index.json with what the decoder
 * knows of it: quality, mean luma quantisation step, inverse tone tables (256 PQ values for each of R, G, B).
 * models/training/train_enhance.py reads them.
 *
 *   node models/training/bases.ts OUT FOLDER|FILE… [--qualities 6] [--assets] [--part 1/2]
 *
 * `--assets` adds the CC0 panoramas of @pmndrs/assets, but for the four that the project's tests use; `--part I/N` takes
 * every Nth picture from the Ith on and writes index.I.json, so that N of these can run side by side into one folder.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { areaAverage } from '../../src/codec/area-average.ts';
import { makeBaseLayer } from '../../src/codec/base-layer.ts';
import { inverseToneTable } from '../../src/codec/itmo.ts';
import { guessNitsPerUnit, luminance } from '../../src/codec/luminance.ts';
import type { HdrPicture } from '../../src/codec/picture.ts';
import { toBt709 } from '../../src/codec/primaries.ts';
import { lumaQuantisation } from '../../src/container/quantisation.ts';
import { read } from '../../src/formats/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { findPictures, quantise, random } from './pictures.ts';

/** JPEG qualities: as many even bands of this range as there are qualities, one drawn from each. */
const [LOWEST, HIGHEST] = [5, 97] as const;
/** Pictures of more pixels than the first are reduced to the second. */
const [LARGE, REDUCED] = [650_000, 600_000] as const;
/** What is measured, cd/m². */
const [DARKEST, BRIGHTEST] = [0.005, 4000] as const;
const UNIT = 16;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    qualities: { type: 'string', default: '6' },
    assets: { type: 'boolean', default: false },
    part: { type: 'string', default: '1/1' },
  },
});
const [out, ...sources] = positionals;
const qualities = Number(values.qualities);
const [part, parts] = (/^([1-9]\d*)\/([1-9]\d*)$/.exec(values.part)?.slice(1) ?? []).map(Number);
if (
  out === undefined ||
  (sources.length === 0 && !values.assets) ||
  part === undefined ||
  parts === undefined ||
  !(qualities >= 1)
) {
  console.error('usage: bases.ts OUT FOLDER|FILE… [--qualities N] [--assets] [--part I/N]');
  process.exit(2);
}

/** At most 0.6 megapixels, sides multiples of 16, cd/m² with the middle where the codec puts it, clipped. */
function asMeasured(picture: HdrPicture): HdrPicture {
  const { width, height } = picture;
  const scale = width * height > LARGE ? Math.sqrt(REDUCED / (width * height)) : 1;
  const reduced = areaAverage(toBt709(picture), Math.floor(width * scale), Math.floor(height * scale));
  const { data, ...size } = crop(reduced, reduced.width & ~(UNIT - 1), reduced.height & ~(UNIT - 1));
  const nitsPerUnit = guessNitsPerUnit(luminance(data));
  const nits = data.map((v) => {
    const light = v * nitsPerUnit;
    return light > DARKEST ? Math.min(light, BRIGHTEST) : DARKEST;
  });
  return { ...size, data: nits, nitsPerUnit: 1 };
}

function crop(picture: HdrPicture, width: number, height: number): HdrPicture {
  const data = new Float32Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 3 * y * picture.width;
    data.set(picture.data.subarray(from, from + 3 * width), 3 * y * width);
  }
  return { ...picture, width, height, data };
}

const jpeg = nodeJpegCoder();
const found = await findPictures(sources, values.assets);
const index: unknown[] = [];
await mkdir(out, { recursive: true });
for (const [i, { name, bytes }] of found.entries()) {
  if (i % parts !== part - 1) continue;
  const picture = asMeasured(await read(await bytes()));
  const { width, height } = picture;
  const reference = `${name}.reference.u16`;
  const draw = random(2026 + i);
  const bases: { quality: number; step: number; file: string; rms: number; tables: number[][] }[] = [];
  for (let k = 0; k < qualities; k++) {
    const quality = Math.round(LOWEST + ((HIGHEST - LOWEST) * (k + draw())) / qualities);
    const base = await makeBaseLayer(picture, { quality, tmo: 'mai', coding: 'rate-optimised' }, jpeg);
    if (k === 0) await writeFile(join(out, reference), quantise(base.reference, width, height));
    const file = `${name}.${k}.u8`;
    await writeFile(join(out, file), base.decoded.data);
    const steps = lumaQuantisation(base.jpeg);
    let squares = 0;
    base.reference.forEach((v, at) => (squares += (v - base.prediction[at]!) ** 2));
    bases.push({
      quality,
      step: steps.reduce((a, b) => a + b) / steps.length,
      file,
      rms: Math.sqrt(squares / base.reference.length),
      tables: base.inverseToneCurve.map((curve) => [...inverseToneTable(curve)]),
    });
  }
  index.push({ name, width, height, reference, bases });
  const file = parts === 1 ? 'index.json' : `index.${part}.json`;
  await writeFile(join(out, file), JSON.stringify(index));
  console.log(name, width, height, bases.map((b) => `q${b.quality}:${b.step} ${b.rms.toFixed(5)}`).join(' '));
}
