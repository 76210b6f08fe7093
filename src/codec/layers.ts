import { createCodeContext, encodeLayer } from './entropy/index.ts';
import type { Networks } from './networks.ts';
import { createPlanes, type Planes } from './planes.ts';
import { decodeResidual, encodeResidual } from './residual-coder.ts';
import { residualRange } from './residual-map.ts';

/** A residual of less than this, root mean square in PQ, is rounding: 1/60 of a step of 12-bit PQ. */
const LEAST_RMS = 4e-6;

/** One enhancement layer as the file holds it. */
export interface CodedLayer {
  readonly data: Uint8Array;
  /** What 1.0 of the residual decoder's output stands for, in PQ; a float32. */
  readonly range: number;
}

export interface LayerOptions {
  /** At most so many layers. */
  readonly layers: number;
  /** The picture's own size inside the padded planes: errors are measured there alone. */
  readonly height: number;
  readonly width: number;
  readonly signal?: AbortSignal | undefined;
  /** Told the layer at work, counted from 1, and the share of it that is done. */
  readonly onProgress?: ((layer: number, fraction: number) => void) | undefined;
}

/**
 * Rate control by iteration (Han et al. 2020): layer k codes what layers 1…k−1 left. What a layer contributes is the
 * decoder's output times the gain that brings it closest to the residual in squared error, ⟨r, r̂⟩ / ⟨r̂, r̂⟩, so that no
 * layer raises the error. It ends early when nothing is left, or when a layer would not lower the error.
 *
 * @param residual (3, h, w) in PQ, sides multiples of the stride; it is changed to what all layers leave
 */
export async function codeLayers(
  residual: Planes,
  options: LayerOptions,
  networks: Networks,
): Promise<CodedLayer[]> {
  const { codeChannels, stride, geometry } = networks.model;
  const { signal } = options;
  const { height, width } = residual;
  const context = createCodeContext({
    channels: codeChannels,
    height: height / stride,
    width: width / stride,
  });
  const decoded = createPlanes(3, height, width);
  const samples = 3 * options.height * options.width;
  const coded: CodedLayer[] = [];
  let energy = innerProduct(residual, residual, options);

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
    const power = innerProduct(decoded, decoded, options);
    const range = Math.fround(innerProduct(residual, decoded, options) / power);
    if (!(range > 0 && range < Infinity)) break;
    for (let i = 0; i < residual.data.length; i++) residual.data[i]! -= range * decoded.data[i]!;
    const left = innerProduct(residual, residual, options);
    if (left >= energy) break;
    energy = left;
    coded.push({ data: encodeLayer(context, code), range });
  }
  return coded;
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
