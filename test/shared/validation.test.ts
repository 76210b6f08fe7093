import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { read } from '../../src/formats/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks, type LoadedNetworks } from '../../src/inference/node.ts';
import { measureLayers, type LayerFigures } from '../bench/layers.ts';

const folder = join(import.meta.dirname, '../../../shared/data/validation');
const figures: LayerFigures[] = [];
let networks: LoadedNetworks;

beforeAll(async () => {
  networks = await loadNetworks({ modelsFolder: 'models', model: 'han2020', providers: ['cpu'] });
  for (const name of (await readdir(folder)).sort()) {
    // No picture says its scale, so that its geometric mean luminance becomes 36.5 cd/m².
    const picture = await read(await readFile(join(folder, name)));
    figures.push(await measureLayers(picture, { networks, jpeg: nodeJpegCoder() }));
  }
}, 1_200_000);
afterAll(() => networks.release());

const mean = (of: (f: LayerFigures) => number): number =>
  figures.reduce((sum, f) => sum + of(f), 0) / figures.length;

describe('han2020 on the 12 validation pictures', () => {
  test('are all there', () => {
    expect(figures).toHaveLength(12);
  });

  test('gain with every one of four layers, each of them', () => {
    for (const { psnr } of figures) {
      expect(psnr).toHaveLength(5);
      for (let k = 1; k < 5; k++) expect(psnr[k]).toBeGreaterThan(psnr[k - 1]!);
    }
  });

  test('gain by post-processing, in the mean, with any number of layers', () => {
    for (let k = 0; k < 5; k++) expect(mean((f) => f.psnrPost[k]!)).toBeGreaterThan(mean((f) => f.psnr[k]!));
  });

  test('gain with every layer after post-processing, in the mean', () => {
    for (let k = 1; k < 5; k++) {
      expect(mean((f) => f.psnrPost[k]!)).toBeGreaterThan(mean((f) => f.psnrPost[k - 1]!));
    }
  });

  test('cost at least 10 % less than their raw bits', () => {
    expect(mean((f) => f.saved)).toBeGreaterThanOrEqual(0.1);
  });
});
