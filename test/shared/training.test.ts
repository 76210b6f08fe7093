import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NETWORK_NAMES } from '../../src/inference/manifest.ts';
import { distanceFromPyTorch } from '../unit/models/pytorch-vectors.ts';

const python = process.env.PYTHON ?? '/usr/bin/python3';
const training = join(import.meta.dirname, '../../models/training');
let folder: string;
let answer: { steps: number; first: number[]; last: number[] };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'afterglow-training-'));
  const { stdout } = await promisify(execFile)(python, [join(training, 'check.py'), folder]);
  answer = JSON.parse(stdout.trim().split('\n').at(-1)!) as typeof answer;
});
afterAll(() => rm(folder, { recursive: true }));

describe('training', () => {
  it('goes on from its checkpoint and learns', () => {
    expect(answer.steps).toBe(40);
    expect(answer.last[0]).toBeLessThan(answer.first[0]!);
  });

  it.each(NETWORK_NAMES.han2020)('exports the %s that PyTorch runs, within 1e-4', async (name) => {
    expect(await distanceFromPyTorch(join(folder, 'models/han2020'), name)).toBeLessThan(1e-4);
  });
});
