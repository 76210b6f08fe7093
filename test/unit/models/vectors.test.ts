import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NETWORK_NAMES, parseManifest } from '../../../src/inference/manifest.ts';
import { distanceFromPyTorch } from './pytorch-vectors.ts';

const folder = join(import.meta.dirname, '../../../models');
const { models } = parseManifest(await readFile(join(folder, 'manifest.json'), 'utf8'));

describe.each(Object.keys(models))('%s', (id) => {
  it.each(NETWORK_NAMES[models[id]!.family])('%s gives what PyTorch gave within 1e-4', async (name) => {
    expect(await distanceFromPyTorch(join(folder, id), name)).toBeLessThan(1e-4);
  });
});
