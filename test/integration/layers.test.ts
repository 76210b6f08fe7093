import { beforeAll, describe, expect, test } from 'vitest';
import { read } from '../../src/formats/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks } from '../../src/inference/node.ts';
import { readSample, SAMPLES } from '../../src/local/samples.ts';
import { measureLayers, type LayerFigures } from '../bench/layers.ts';

const figures = new Map<string, LayerFigures>();

beforeAll(async () => {
  const networks = await loadNetworks({ modelsFolder: 'models', providers: ['cpu'] });
  for (const sample of SAMPLES) {
    const picture = await read(await readSample(sample));
    figures.set(sample.title, await measureLayers(picture, { networks, jpeg: nodeJpegCoder() }));
  }
  await networks.release();
});

/** The shipped model on pictures that it was not trained on. */
describe('the layers', () => {
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
