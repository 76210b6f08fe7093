import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import type { NetworkName } from '../../../src/inference/manifest.ts';

/** What PyTorch gave for numbers of this seed (the second input's: the next seed): single values and where they are. */
export interface Vector {
  readonly seed: number;
  readonly shape: readonly number[];
  readonly at: readonly number[];
  readonly values: readonly number[];
}

/**
 * From numbers in [0, 1) to what each input of a network takes; as `test_input` in models/training/export.py and
 * `test_inputs` in export_enhance.py.
 */
const INPUTS: Record<NetworkName, Readonly<Record<string, (u: number) => number>>> = {
  encoder: { residual: (u) => (u - 0.5) / 4 },
  decoder: { code: (u) => (u > 0.5 ? 1 : 0) },
  post: { picture: (u) => u },
  enhance: { picture: (u) => u, noise: (u) => 1e-5 + 0.02 * u },
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
  const [distance] = await distancesFromPyTorch(folder, name, [vectors[name]!]);
  return distance!;
}

/** The same for each of several vectors, of any shapes, in one session. */
export async function distancesFromPyTorch(
  folder: string,
  name: NetworkName,
  vectors: readonly Vector[],
): Promise<number[]> {
  const session = await ort.InferenceSession.create(join(folder, `${name}.onnx`));
  const distances: number[] = [];
  for (const { seed, shape, at, values } of vectors) {
    const size = shape.reduce((a, b) => a * b);
    const feeds = Object.entries(INPUTS[name]).map(([input, from], i) => {
      return [input, new ort.Tensor('float32', numbers(size, seed + i).map(from), shape)] as const;
    });
    const run = await session.run(Object.fromEntries(feeds));
    const output = run[session.outputNames[0]!]!.data as Float32Array;
    distances.push(Math.max(...at.map((k, i) => Math.abs(output[k]! - values[i]!))));
  }
  await session.release();
  return distances;
}
