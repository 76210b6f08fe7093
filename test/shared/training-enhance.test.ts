import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseManifest } from '../../src/inference/manifest.ts';
import { distanceFromPyTorch, distancesFromPyTorch, type Vector } from '../unit/models/pytorch-vectors.ts';

const run = promisify(execFile);
const python = process.env.PYTHON ?? '/usr/bin/python3';
const training = join(import.meta.dirname, '../../models/training');
const picture = join(import.meta.dirname, '../../../shared/data/validation/desk.exr');
let folder: string;
let models: string;
let answer: {
  steps: number;
  validations: Record<string, [dB: number, structure: number]>[];
  tileError: number;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'afterglow-training-enhance-'));
  models = join(folder, 'models');
  const data = join(folder, 'data');
  await run(process.execPath, [join(training, 'bases.ts'), data, picture, '--qualities', '2']);
  const { stdout } = await run(python, [join(training, 'check_enhance.py'), data, folder]);
  answer = JSON.parse(stdout.trim().split('\n').at(-1)!) as typeof answer;
});
afterAll(() => rm(folder, { recursive: true }));

describe('training of enhance', () => {
  it('goes on from its checkpoint, and its figures start at no gain and change', () => {
    expect(answer.steps).toBe(30);
    expect(Object.values(answer.validations[0]!)).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(answer.validations.at(-1)).not.toEqual(answer.validations[0]);
  });

  it('cuts tiles with a halo as wide as the network sees', () => {
    expect(answer.tileError).toBeLessThan(1e-5);
  });

  it('exports what PyTorch runs, within 1e-4, at every size', async () => {
    const shapes = JSON.parse(await readFile(join(folder, 'shapes.json'), 'utf8')) as Vector[];
    expect(await distanceFromPyTorch(join(models, 'glow2026'), 'enhance')).toBeLessThan(1e-4);
    const distances = await distancesFromPyTorch(join(models, 'glow2026'), 'enhance', shapes);
    expect(distances).toHaveLength(3);
    for (const distance of distances) expect(distance).toBeLessThan(1e-4);
  });

  it('writes an entry that the manifest’s schema takes', async () => {
    const manifest = parseManifest(await readFile(join(models, 'manifest.json'), 'utf8'));
    expect(manifest.models.glow2026).toMatchObject({ family: 'glow2026', stride: 8, overlap: { post: 96 } });
  });
});
