/**
 * What the layers of han2020 are worth: PSNR of PQ values by number of layers, without and with post-processing, the
 * share of the raw bits that arithmetic coding saves, and what the same bytes would have given in the base.
 *
 *   node test/bench/layers.ts FOLDER|FILE… [--quality 80] [--layers 4]     prints a Markdown table
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  DEFAULT_LAYERS,
  DEFAULT_QUALITY,
  encode,
  LayeredDecoder,
  type CodecParts,
} from '../../src/codec/index.ts';
import { makeBaseLayer } from '../../src/codec/base-layer.ts';
import type { HdrPicture } from '../../src/codec/picture.ts';
import { pqEncode } from '../../src/codec/pq.ts';
import { readLayer, readLayout } from '../../src/container/index.ts';
import { read } from '../../src/formats/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../src/inference/node.ts';

export interface LayerFigures {
  readonly baseBytes: number;
  /** By layer, after arithmetic coding. */
  readonly layerBytes: readonly number[];
  /** One minus coded bits over raw bits: 32 for every 16×16 block of the picture, none for padding. */
  readonly saved: number;
  /** dB, with 0, 1, 2, … layers. */
  readonly psnr: readonly number[];
  readonly psnrPost: readonly number[];
}

/** Encodes and decodes one picture. PSNR is over the PQ values of the three channels, peak 1. */
export async function measureLayers(
  picture: HdrPicture,
  parts: CodecParts,
  quality = DEFAULT_QUALITY,
  layers = DEFAULT_LAYERS,
): Promise<LayerFigures> {
  const file = await encode(picture, { quality, layers }, parts);
  const layout = readLayout(file);
  if (layout.kind !== 'layered') throw new Error('encode gave no layered file');
  const { nitsPerUnit } = layout.header;
  const reference = picture.data.map((v) => pqEncode(v * nitsPerUnit));
  const psnrOf = ({ data }: { data: Float32Array }): number => {
    let squares = 0;
    for (let i = 0; i < data.length; i++) squares += (data[i]! - reference[i]!) ** 2;
    return -10 * Math.log10(squares / data.length);
  };

  const decoder = await LayeredDecoder.create(file, parts);
  const psnr: number[] = [];
  const psnrPost: number[] = [];
  for (let k = 0; k <= layout.layers.length; k++) {
    if (k > 0) await decoder.addLayer(readLayer(file, layout, k - 1));
    psnr.push(psnrOf(await decoder.picture({ post: false })));
    psnrPost.push(psnrOf(await decoder.picture({ post: true })));
  }
  const layerBytes = layout.layers.map((layer) => layer.length);
  const raw = (32 * Math.ceil(picture.width / 16) * Math.ceil(picture.height / 16) * layerBytes.length) / 8;
  const coded = layerBytes.reduce((a, b) => a + b, 0);
  return { baseBytes: layout.base.length, layerBytes, saved: 1 - coded / raw, psnr, psnrPost };
}

/** PSNR of a base alone, without post-processing, of as many bytes as the whole file: between the JPEG qualities around it. */
async function baseOfSameBytes(
  picture: HdrPicture,
  { baseBytes, layerBytes }: LayerFigures,
  quality: number,
  { jpeg }: CodecParts,
): Promise<number> {
  const bytes = layerBytes.reduce((a, b) => a + b, baseBytes);
  let before: { bytes: number; psnr: number } | undefined;
  for (let q = quality; q <= 100; q++) {
    const base = await makeBaseLayer(picture, { quality: q, tmo: 'mai', coding: 'mozjpeg' }, jpeg);
    let squares = 0;
    base.reference.forEach((v, i) => (squares += (v - base.prediction[i]!) ** 2));
    const now = { bytes: base.jpeg.length, psnr: -10 * Math.log10(squares / base.reference.length) };
    if (now.bytes >= bytes) {
      if (before === undefined) return now.psnr;
      const t = Math.log(bytes / before.bytes) / Math.log(now.bytes / before.bytes);
      return before.psnr + t * (now.psnr - before.psnr);
    }
    before = now;
  }
  return before?.psnr ?? Number.NaN;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quality: { type: 'string', default: String(DEFAULT_QUALITY) },
      layers: { type: 'string', default: String(DEFAULT_LAYERS) },
    },
  });
  const layers = Number(values.layers);
  const quality = Number(values.quality);
  const files: string[] = [];
  for (const path of positionals) {
    if ((await stat(path)).isDirectory())
      files.push(...(await readdir(path)).sort().map((f) => join(path, f)));
    else files.push(path);
  }
  const networks = await loadNetworks({
    modelsFolder: join(import.meta.dirname, '../../models'),
    model: 'han2020',
    providers: ['cpu'],
  });
  const parts = { networks, jpeg: nodeJpegCoder() };
  const counts = Array.from({ length: layers + 1 }, (_, k) => k);
  console.log(
    `| picture | base bytes | layer bytes | saved | ${counts.map((k) => `${k}`).join(' | ')} | ${layers} + post | same bytes in the base |`,
  );
  console.log(`|---|---|---|---|${counts.map(() => '---|').join('')}---|---|`);
  const all: (LayerFigures & { psnrSameBytes: number })[] = [];
  for (const path of files) {
    const picture = await read(await readFile(path));
    const measured = await measureLayers(picture, parts, quality, layers);
    const figures = { ...measured, psnrSameBytes: await baseOfSameBytes(picture, measured, quality, parts) };
    all.push(figures);
    console.log(row(basename(path), figures));
  }
  const mean = (of: (f: (typeof all)[number]) => number): number =>
    all.reduce((sum, f) => sum + of(f), 0) / all.length;
  const columns = (of: (f: LayerFigures) => readonly number[]): number[] =>
    counts.map((k) => mean((f) => of(f)[k] ?? of(f).at(-1)!));
  console.log(
    row('**mean**', {
      baseBytes: mean((f) => f.baseBytes),
      layerBytes: [mean((f) => f.layerBytes.reduce((a, b) => a + b, 0))],
      saved: mean((f) => f.saved),
      psnr: columns((f) => f.psnr),
      psnrPost: columns((f) => f.psnrPost),
      psnrSameBytes: mean((f) => f.psnrSameBytes),
    }),
  );
  await networks.release();
}

function row(name: string, f: LayerFigures & { psnrSameBytes: number }): string {
  const cells = [
    name,
    f.baseBytes.toFixed(0),
    f.layerBytes.reduce((a, b) => a + b, 0).toFixed(0),
    `${(100 * f.saved).toFixed(1)} %`,
    ...f.psnr.map((v) => v.toFixed(2)),
    f.psnrPost.at(-1)!.toFixed(2),
    f.psnrSameBytes.toFixed(2),
  ];
  return `| ${cells.join(' | ')} |`;
}

if (import.meta.main) await main();
