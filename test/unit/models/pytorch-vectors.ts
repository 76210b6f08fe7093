import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';

interface Vector {
  readonly seed: number;
  readonly shape: readonly number[];
  readonly at: readonly number[];
  readonly values: readonly number[];
}

export type NetworkName = 'encoder' | 'decoder' | 'post';
export const NETWORK_NAMES: readonly NetworkName[] = ['encoder', 'decoder', 'post'];

/** From numbers in [0, 1) to what a network takes; as `test_input` in models/training/export.py. */
const INPUT: Record<NetworkName, (u: number) => number> = {
  encoder: (u) => (u - 0.5) / 4,
  decoder: (u) => (u > 0.5 ? 1 : 0),
  post: (u) => u,
};

/** The generator of models/training/export.py: x → (1664525 x + 1013904223) mod 2³². */
function numbers(n: number, seed: number): Float32Array {
  let x = seed;
  return Float32Array.from({ length: n }, () => {
    x = (Math.imul(1664525, x) + 1013904223) >>> 0;
    return (x >>> 8) / 2 ** 24;
  });
}

/** How far a model's ONNX file, run here, is from what PyTorch gave: the largest difference over the exported vector. */
export async function distanceFromPyTorch(folder: string, name: NetworkName): Promise<number> {
  const vectors = JSON.parse(await readFile(join(folder, 'vectors.json'), 'utf8')) as Record<string, Vector>;
  const vector = vectors[name]!;
  const size = vector.shape.reduce((a, b) => a * b);
  const session = await ort.InferenceSession.create(join(folder, `${name}.onnx`));
  const input = new ort.Tensor('float32', numbers(size, vector.seed).map(INPUT[name]), vector.shape);
  const run = await session.run({ [session.inputNames[0]!]: input });
  const output = run[session.outputNames[0]!]!.data as Float32Array;
  await session.release();
  return Math.max(...vector.at.map((at, i) => Math.abs(output[at]! - vector.values[i]!)));
}
