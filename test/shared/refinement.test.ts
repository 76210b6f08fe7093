import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { read } from '../../src/formats/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { loadNetworks, type LoadedNetworks } from '../../src/inference/node.ts';
import {
  measureRefinement,
  plainBaseOf,
  type PqQuality,
  type RefinementFigures,
} from '../bench/refinement.ts';

const folder = join(import.meta.dirname, '../../../shared/data/validation');
let networks: LoadedNetworks;
beforeAll(async () => {
  networks = await loadNetworks({ modelsFolder: 'models', model: 'glow2026', providers: ['cpu'] });
});
afterAll(() => networks.release());

describe.each(['bonita.exr', 'candleglass.exr'])('glow2026 on %s', (name) => {
  let figures: RefinementFigures;
  let sameBytes: PqQuality;
  beforeAll(async () => {
    const picture = await read(await readFile(join(folder, name)));
    const parts = { networks, jpeg: nodeJpegCoder() };
    figures = await measureRefinement(picture, parts);
    sameBytes = await plainBaseOf(figures.bytes, picture, parts);
  });

  test('gains by the network without any layer', () => {
    expect(figures.layers[0]!.rgb).toBeGreaterThan(figures.plain.rgb);
  });

  test('gains with every layer', () => {
    const { layers } = figures;
    expect(layers.length).toBeGreaterThan(3);
    for (let k = 1; k < layers.length; k++) expect(layers[k]!.rgb).toBeGreaterThan(layers[k - 1]!.rgb);
  });

  test('is better than the same bytes in a plain base, in luma by more than 1 dB', () => {
    const whole = figures.layers.at(-1)!;
    expect(whole.rgb).toBeGreaterThan(sameBytes.rgb);
    expect(whole.luma).toBeGreaterThan(sameBytes.luma + 1);
  });
});
