import { beforeAll, describe, expect, test } from 'vitest';
import { read } from '../../src/formats/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../src/inference/node.ts';
import { readSample, SAMPLES } from '../../src/local/samples.ts';
import { measureLayers, type LayerFigures } from '../bench/layers.ts';
import { measureRefinement, type RefinementFigures } from '../bench/refinement.ts';

// The shipped models on pictures that they were not trained on.

const figures = new Map<string, LayerFigures>();
const refinements = new Map<string, RefinementFigures>();

beforeAll(async () => {
  const networks = await loadNetworks({ modelsFolder: 'models', model: 'han2020', providers: ['cpu'] });
  for (const sample of SAMPLES) {
    const picture = await read(await readSample(sample));
    figures.set(sample.title, await measureLayers(picture, { networks, jpeg: nodeJpegCoder() }));
  }
  await networks.release();
});

beforeAll(async () => {
  const networks = await loadNetworks({ modelsFolder: 'models', model: 'glow2026', providers: ['cpu'] });
  for (const sample of SAMPLES) {
    const picture = await read(await readSample(sample));
    refinements.set(sample.title, await measureRefinement(picture, { networks, jpeg: nodeJpegCoder() }));
  }
  await networks.release();
});

describe('the layers of han2020', () => {
  test.each(SAMPLES)('raise the PSNR of the PQ-encoded picture one by one: $title', ({ title }) => {
    const { psnr } = figures.get(title)!;
    expect(psnr).toHaveLength(5);
    for (let k = 1; k < 5; k++) expect(psnr[k]).toBeGreaterThan(psnr[k - 1]!);
  });

  test.each(SAMPLES)('cost at least 10 % less than their raw bits: $title', ({ title }) => {
    expect(figures.get(title)!.saved).toBeGreaterThanOrEqual(0.1);
  });

  test('gain by post-processing, in the mean', () => {
    const all = [...figures.values()];
    const gain = all.reduce((sum, f) => sum + f.psnrPost[4]! - f.psnr[4]!, 0) / all.length;
    expect(gain).toBeGreaterThan(0);
  });
});

describe('the layers of glow2026', () => {
  test.each(SAMPLES)('raise the PSNR of the PQ-encoded picture one by one: $title', ({ title }) => {
    const { layers } = refinements.get(title)!;
    expect(layers.length).toBeGreaterThan(3);
    for (let k = 1; k < layers.length; k++) expect(layers[k]!.rgb).toBeGreaterThan(layers[k - 1]!.rgb);
  });

  test('stand on a network that gains by itself, in the mean', () => {
    const all = [...refinements.values()];
    const gain = all.reduce((sum, f) => sum + f.layers[0]!.rgb - f.plain.rgb, 0) / all.length;
    expect(gain).toBeGreaterThan(0);
  });
});
