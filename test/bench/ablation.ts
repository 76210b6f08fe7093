/**
 * The paper's ablation (Han et al. 2020, fig. 6): what arithmetic coding and post-processing each gain at equal bytes, on
 * PU21-PSNR and, where `HDRVDP_HOME` names HDR-VDP-2's sources and octave-cli is on the PATH, on HDR-VDP-2.
 *
 *   node test/bench/ablation.ts FOLDER [NAME…] [--model han2020]     prints a Markdown table
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { HdrVdp } from '../../src/bench/hdr-vdp.ts';
import { listPictures, Reference } from '../../src/bench/reference.ts';
import { decode, encode, type CodecParts } from '../../src/codec/index.ts';
import type { HdrPicture } from '../../src/codec/picture.ts';
import { readLayout } from '../../src/container/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../src/inference/node.ts';
import { qualityAt, upperHull, type RatePoint } from '../../src/metrics/index.ts';

/** JPEG qualities, four layers on each. */
const QUALITIES = [20, 40, 60, 75, 88];
const LAYERS = 4;
const MEGAPIXELS = 0.6;
/** Rates at which two curves are compared. */
const SAMPLES = 50;
const METRICS = ['puPsnrY', 'hdrvdp2'] as const;
type MetricKey = (typeof METRICS)[number];

/** By metric: the layers' raw bits, 32 for every 16 × 16 block; arithmetically coded; and post-processed. */
type Curves = Record<MetricKey, Record<'raw' | 'coded' | 'post', RatePoint[]>>;

async function curvesOf(reference: Reference, parts: CodecParts): Promise<Curves> {
  const empty = (): Curves[MetricKey] => ({ raw: [], coded: [], post: [] });
  const curves: Curves = { puPsnrY: empty(), hdrvdp2: empty() };
  const { width, height } = reference.picture;
  for (const quality of QUALITIES) {
    const file = await encode(reference.picture, { quality, layers: LAYERS, nitsPerUnit: 1 }, parts);
    const layout = readLayout(file);
    if (layout.kind !== 'layered') throw new Error('encode gave no layered file');
    const raw = 4 * Math.ceil(width / 16) * Math.ceil(height / 16) * layout.layers.length;
    const plain = await reference.score(lightOf(await decode(file, { post: false }, parts)));
    const post = await reference.score(lightOf(await decode(file, { post: true }, parts)));
    for (const key of METRICS) {
      curves[key].raw.push({ rate: layout.base.length + raw, quality: plain[key] });
      curves[key].coded.push({ rate: file.length, quality: plain[key] });
      curves[key].post.push({ rate: file.length, quality: post[key] });
    }
  }
  return curves;
}

/** In cd/m². */
function lightOf({ data, nitsPerUnit }: HdrPicture): Float32Array {
  return data.map((value) => value * (nitsPerUnit ?? 1));
}

/** How much higher one curve is than another at equal bytes: the mean over the logarithm of the bytes that both have. */
function gain(from: readonly RatePoint[], to: readonly RatePoint[]): number {
  const [a, b] = [upperHull(from), upperHull(to)];
  const low = Math.max(a[0]!.rate, b[0]!.rate);
  const high = Math.min(a.at(-1)!.rate, b.at(-1)!.rate);
  let sum = 0;
  for (let i = 0; i < SAMPLES; i++) {
    const rate = low * (high / low) ** ((i + 0.5) / SAMPLES);
    sum += qualityAt(b, rate)! - qualityAt(a, rate)!;
  }
  return sum / SAMPLES;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string', default: 'han2020' } },
});
const [folder = '.', ...names] = positionals;
const networks = await loadNetworks({
  modelsFolder: join(import.meta.dirname, '../../models'),
  model: values.model,
  providers: ['cpu'],
});
const hdrVdp = await HdrVdp.start();
const all: number[][] = [];
const row = (name: string, cells: readonly number[]): string =>
  `| ${name} | ${cells.map((cell) => (Number.isNaN(cell) ? '' : cell.toFixed(2))).join(' | ')} |`;
console.log(
  '| picture | arithmetic coding, dB | post-processing, dB | arithmetic coding, Q | post-processing, Q |',
);
console.log('|---|---|---|---|---|');
for (const [name, path] of await listPictures(folder)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const reference = await Reference.load(name, path, MEGAPIXELS, hdrVdp);
  const curves = await curvesOf(reference, { networks, jpeg: nodeJpegCoder() });
  const gains = METRICS.flatMap((key) => {
    const { raw, coded, post } = curves[key];
    return Number.isNaN(raw[0]!.quality) ? [Number.NaN, Number.NaN] : [gain(raw, coded), gain(coded, post)];
  });
  all.push(gains);
  console.log(row(name, gains));
}
console.log(
  row('**mean**', all[0]?.map((_, k) => all.reduce((sum, gains) => sum + gains[k]!, 0) / all.length) ?? []),
);
await hdrVdp?.close();
await networks.release();
