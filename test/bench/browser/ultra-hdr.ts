// node test/bench/browser/ultra-hdr.ts FOLDER: how near the Ultra HDR JPEGs that we make of decoded pictures are to them, beside
// what a gain map of eight bits allows that no JPEG codes. At 0.25 megapixels, with two layers.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ultraHdrJpeg } from '../../../src/browser/ultra-hdr/ultra-hdr-jpeg.ts';
import { encode } from '../../../src/codec/encode.ts';
import { LayeredDecoder } from '../../../src/codec/layered-decoder.ts';
import { linearFromPq } from '../../../src/codec/pq.ts';
import { readBase, readLayer, readLayout, type LayeredLayout } from '../../../src/container/index.ts';
import { read } from '../../../src/formats/index.ts';
import { gainAt, OFFSET, pairOf, rangeOf } from '../../../src/gain-map/gains.ts';
import { nodeJpegCoder } from '../../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../../src/inference/node.ts';
import { measuredPicture, QualityReference, type Quality } from '../../../src/metrics/index.ts';

const WHITE = 203;
const folder = process.argv[2] ?? '.';
const jpeg = nodeJpegCoder();
const networks = await loadNetworks({ modelsFolder: 'models', providers: ['cpu'], threads: 2 });
const said = ({ puPsnrY, puPsnrRgb, deItp }: Quality): string =>
  `PU21-PSNR ${puPsnrY.toFixed(2)} dB, of colours ${puPsnrRgb.toFixed(2)} dB, ΔE ITP ${deItp.toFixed(2)}`;

for (const name of await readdir(folder)) {
  const picture = measuredPicture(await read(await readFile(join(folder, name))), 0.25);
  const file = await encode(picture, { layers: 2 }, { networks, jpeg });
  const layout = readLayout(file) as LayeredLayout;
  const { width, height, headroom } = layout.header;
  const decoder = await LayeredDecoder.create(file, { networks, jpeg });
  for (const k of layout.layers.keys()) await decoder.addLayer(readLayer(file, layout, k));
  const pq = await decoder.picture();
  const light = linearFromPq(pq.data, WHITE);
  const reference = new QualityReference(
    light.map((value) => value * WHITE),
    width,
    height,
  );

  const base = readBase(file, layout);
  const started = performance.now();
  const made = await ultraHdrJpeg(base, pq, headroom, jpeg);
  const seconds = (performance.now() - started) / 1000 / ((width * height) / 1e6);

  const pair = pairOf(await jpeg.decode(base), light, 1);
  const { min, max } = rangeOf(pair);
  const scale = 255 / (max - min);
  const allowed = light.map((_, i) => {
    const code = Math.round(Math.min(Math.max((gainAt(pair, i) - min) * scale, 0), 255));
    return WHITE * (pair.shown[pair.codes[i]!]! * 2 ** (min + code / scale) - OFFSET);
  });
  console.log(name);
  console.log(`  ours:    ${said(reference.compare((await read(made)).data.map((v) => v * WHITE)))}`);
  console.log(`  allowed: ${said(reference.compare(allowed))}`);
  console.log(
    `  ${seconds.toFixed(1)} s a megapixel, ${((made.length - base.length) / (width * height)).toFixed(2)} bytes a pixel`,
  );
}
await networks.release();
