import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { distanceFromPyTorch, NETWORK_NAMES } from './pytorch-vectors.ts';

const models = join(import.meta.dirname, '../../../models');
const manifest = JSON.parse(await readFile(join(models, 'manifest.json'), 'utf8')) as {
  models: Record<string, { family: string }>;
};
const trained = Object.keys(manifest.models).filter((id) => manifest.models[id]!.family === 'han2020');

describe.each(trained)('%s', (id) => {
  it.each(NETWORK_NAMES)('%s gives what PyTorch gave within 1e-4', async (name) => {
    expect(await distanceFromPyTorch(join(models, id), name)).toBeLessThan(1e-4);
  });
});
