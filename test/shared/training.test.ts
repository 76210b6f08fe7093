import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as ort from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

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

  it('exports networks that ONNX Runtime runs to the same numbers as PyTorch, within 1e-4', async () => {
    const vectors = JSON.parse(await readFile(join(folder, 'models/han2020/vectors.json'), 'utf8')) as Record<
      string,
      { seed: number; shape: number[]; at: number[]; values: number[] }
    >;
    for (const [name, map] of [
      ['encoder', (u: number) => (u - 0.5) / 4],
      ['decoder', (u: number) => (u > 0.5 ? 1 : 0)],
      ['post', (u: number) => u],
    ] as const) {
      const vector = vectors[name]!;
      let x = vector.seed;
      const input = Float32Array.from({ length: vector.shape.reduce((a, b) => a * b) }, () => {
        x = (Math.imul(1664525, x) + 1013904223) >>> 0;
        return map((x >>> 8) / 2 ** 24);
      });
      const session = await ort.InferenceSession.create(join(folder, `models/han2020/${name}.onnx`));
      const run = await session.run({
        [session.inputNames[0]!]: new ort.Tensor('float32', input, vector.shape),
      });
      const output = run[session.outputNames[0]!]!.data as Float32Array;
      vector.at.forEach((at, i) => {
        expect(Math.abs(output[at]! - vector.values[i]!), name).toBeLessThan(1e-4);
      });
    }
  });
});
