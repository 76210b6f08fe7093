import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';

const models = join(import.meta.dirname, '../../../models');

interface Vector {
  seed: number;
  shape: [number, number, number, number];
  at: number[];
  values: number[];
  mean: number;
}

/** The generator of models/training/export.py: x → (1664525 x + 1013904223) mod 2³². */
function lcg(n: number, seed: number): Float32Array {
  let x = seed;
  return Float32Array.from({ length: n }, () => {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0;
    return (x >>> 8) / 2 ** 24;
  });
}

const shape = {
  encoder: (u: number) => (u - 0.5) / 4,
  decoder: (u: number) => (u > 0.5 ? 1 : 0),
  post: (u: number) => u,
};

const manifest = JSON.parse(await readFile(join(models, 'manifest.json'), 'utf8')) as {
  models: Record<string, unknown>;
};

describe.each(Object.keys(manifest.models))('%s', (id) => {
  it.each(['encoder', 'decoder', 'post'] as const)('%s gives what PyTorch gave within 1e-4', async (name) => {
    const vectors = JSON.parse(await readFile(join(models, id, 'vectors.json'), 'utf8')) as Record<
      string,
      Vector
    >;
    const vector = vectors[name]!;
    const session = await ort.InferenceSession.create(join(models, id, `${name}.onnx`));
    const size = vector.shape.reduce((a, b) => a * b);
    const input = new ort.Tensor('float32', lcg(size, vector.seed).map(shape[name]), vector.shape);
    const output = (await session.run({ [session.inputNames[0]!]: input }))[session.outputNames[0]!]!;
    const values = output.data as Float32Array;
    vector.at.forEach((at, i) => {
      expect(Math.abs(values[at]! - vector.values[i]!)).toBeLessThan(1e-4);
    });
    expect(values.reduce((a, b) => a + b) / values.length).toBeCloseTo(vector.mean, 4);
    await session.release();
  });
});
