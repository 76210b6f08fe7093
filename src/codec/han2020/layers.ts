import type { BaseLayer } from '../base-layer.ts';
import type { CodedLayer, LayerOptions } from '../layers.ts';
import type { Han2020Networks } from '../networks.ts';
import { createPlanes, padPlanes, type Planes } from '../planes.ts';
import { createCodeContext, encodeLayer } from './code-coder.ts';
import { decodeResidual, encodeResidual } from './residual-coder.ts';
import { residualRange } from './residual-map.ts';

/** A residual of less than this, root mean square in PQ, is rounding: 1/60 of a step of 12-bit PQ. */
const LEAST_RMS = 4e-6;

/**
 * Rate control by iteration (Han et al. 2020): layer k codes what layers 1…k−1 left. What a layer contributes is the
 * decoder's output times the gain that brings it closest to the residual in squared error, ⟨r, r̂⟩ / ⟨r̂, r̂⟩, so that no
 * layer raises the error. It ends early when nothing is left, or when a layer would not lower the error.
 *
 * @param base its `prediction` is used up
 */
export async function codeHanLayers(
  base: BaseLayer,
  options: LayerOptions,
  networks: Han2020Networks,
): Promise<CodedLayer[]> {
  if (options.layers === 0) return [];
  const { codeChannels, stride, geometry } = networks.model;
  const { signal } = options;
  const residual = takeResidual(base, stride);
  const { height, width } = residual;
  const context = createCodeContext({
    channels: codeChannels,
    height: height / stride,
    width: width / stride,
  });
  const decoded = createPlanes(3, height, width);
  const samples = 3 * base.height * base.width;
  const coded: CodedLayer[] = [];
  let energy = innerProduct(residual, residual, base);

  while (coded.length < options.layers) {
    const rms = Math.sqrt(energy / samples);
    if (rms < LEAST_RMS) break;
    const watch = (done: number) => ({
      signal,
      onProgress: (fraction: number) => options.onProgress?.(coded.length + 1, done + fraction / 2),
    });
    const code = await encodeResidual(residual, residualRange(rms), networks, geometry, watch(0));
    const keep = (row: Float32Array, start: number) => {
      decoded.data.set(row, start);
    };
    await decodeResidual(code, residual, networks, geometry, keep, watch(0.5));

    // The gain is folded into the stored range, rounded as the file rounds it.
    const power = innerProduct(decoded, decoded, base);
    const range = Math.fround(innerProduct(residual, decoded, base) / power);
    if (!(range > 0 && range < Infinity)) break;
    for (let i = 0; i < residual.data.length; i++) residual.data[i]! -= range * decoded.data[i]!;
    const left = innerProduct(residual, residual, base);
    if (left >= energy) break;
    energy = left;
    coded.push({ data: encodeLayer(context, code), range });
  }
  return coded;
}

/** Original minus prediction, (3, H, W) in PQ, padded. The base's own planes are used up, to hold no third picture. */
function takeResidual({ reference, prediction, height, width }: BaseLayer, stride: number): Planes {
  for (let i = 0; i < reference.length; i++) prediction[i] = reference[i]! - prediction[i]!;
  return padPlanes({ channels: 3, height, width, data: prediction }, stride);
}

/** ⟨a, b⟩ over the picture's own pixels, without what was padded. */
function innerProduct(a: Planes, b: Planes, { height, width }: { height: number; width: number }): number {
  let sum = 0;
  for (let channel = 0; channel < a.channels; channel++) {
    for (let y = 0; y < height; y++) {
      const row = (channel * a.height + y) * a.width;
      for (let i = row; i < row + width; i++) sum += a.data[i]! * b.data[i]!;
    }
  }
  return sum;
}
