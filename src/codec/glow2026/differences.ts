import { LUMA_BT709 } from '../luminance.ts';
import { createPlanes, type Planes } from '../planes.ts';
import type { Plane } from './directional.ts';
import { clampSignal } from '../pq.ts';
import { nitsToPq, pqToNits } from '../pq-tables.ts';

const [RED, GREEN, BLUE] = LUMA_BT709;
/** What is as good as black, cd/m²: a prediction darker than that has no colour to keep. */
const BLACK = 1e-4;

/** What is left between a picture and its prediction, as PQ values. */
export interface Differences {
  /** (h, w): PQ of luminance. */
  readonly luminance: Float32Array;
  /** (h/2, w/2): PQ of the red and of the blue component, once the prediction has the picture's luminance. */
  readonly red: Float32Array;
  readonly blue: Float32Array;
}

/**
 * Splits what a prediction leaves into luminance and two colour differences of half the resolution. The prediction is
 * first brought to the picture's luminance, its colour ratios kept: what luminance says, colour need not say again.
 *
 * @param reference PQ planes (3, h, w), and `prediction` likewise, sides even
 */
export function takeDifferences(reference: Planes, prediction: Planes): Differences {
  const { height, width } = reference;
  const size = height * width;
  const luminance = new Float32Array(size);
  const red = new Float32Array(size / 4);
  const blue = new Float32Array(size / 4);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const r = pqToNits(prediction.data[i]!);
      const b = pqToNits(prediction.data[2 * size + i]!);
      const predicted = RED * r + GREEN * pqToNits(prediction.data[size + i]!) + BLUE * b;
      const wanted =
        RED * pqToNits(reference.data[i]!) +
        GREEN * pqToNits(reference.data[size + i]!) +
        BLUE * pqToNits(reference.data[2 * size + i]!);
      luminance[i] = nitsToPq(wanted) - nitsToPq(predicted);
      const scale = wanted / Math.max(predicted, BLACK);
      const half = (y >> 1) * (width >> 1) + (x >> 1);
      red[half]! += 0.25 * (reference.data[i]! - nitsToPq(r * scale));
      blue[half]! += 0.25 * (reference.data[2 * size + i]! - nitsToPq(b * scale));
    }
  }
  return { luminance, red, blue };
}

/** PQ of luminance (h, w) of PQ planes (3, h, w). */
export function luminancePlane({ height, width, data }: Planes): Plane {
  const size = height * width;
  const signal = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    signal[i] = nitsToPq(
      RED * pqToNits(data[i]!) + GREEN * pqToNits(data[size + i]!) + BLUE * pqToNits(data[2 * size + i]!),
    );
  }
  return { height, width, data: signal };
}

/** The inverse: a prediction and the differences that are known of it → PQ planes (3, h, w). */
export function addDifferences(prediction: Planes, differences: Differences): Planes {
  const { height, width } = prediction;
  const size = height * width;
  const picture = createPlanes(3, height, width);
  const { luminance } = differences;
  const redRow = new Float32Array(width);
  const blueRow = new Float32Array(width);
  for (let y = 0, i = 0; y < height; y++) {
    doubleRow(redRow, differences.red, y, height, width);
    doubleRow(blueRow, differences.blue, y, height, width);
    for (let x = 0; x < width; x++, i++) {
      const r = pqToNits(prediction.data[i]!);
      const b = pqToNits(prediction.data[2 * size + i]!);
      const predicted = RED * r + GREEN * pqToNits(prediction.data[size + i]!) + BLUE * b;
      const wanted = pqToNits(nitsToPq(predicted) + luminance[i]!);
      const scale = wanted / Math.max(predicted, BLACK);
      const red = clampSignal(nitsToPq(r * scale) + redRow[x]!);
      const blue = clampSignal(nitsToPq(b * scale) + blueRow[x]!);
      const R = pqToNits(red);
      const B = pqToNits(blue);
      // Green is what luminance leaves to it.
      const G = (wanted - RED * R - BLUE * B) / GREEN;
      if (G > 0 && wanted > BLACK) {
        picture.data[i] = red;
        picture.data[size + i] = nitsToPq(G);
        picture.data[2 * size + i] = blue;
        continue;
      }
      // Where that is nothing, the other two are scaled to the luminance.
      const trim = wanted / Math.max(RED * R + GREEN * Math.max(0, G) + BLUE * B, BLACK);
      picture.data[i] = nitsToPq(R * trim);
      picture.data[size + i] = nitsToPq(Math.max(0, G) * trim);
      picture.data[2 * size + i] = nitsToPq(B * trim);
    }
  }
  return picture;
}

/** Row y of a plane (h/2, w/2) at twice its resolution, interpolated linearly between the samples' centres. */
function doubleRow(out: Float32Array, plane: Float32Array, y: number, height: number, width: number): void {
  const across = width >> 1;
  const near = y >> 1;
  const far = Math.min(Math.max(near + (y & 1 ? 1 : -1), 0), (height >> 1) - 1);
  for (let x = 0; x < width; x++) {
    const at = x >> 1;
    const beside = Math.min(Math.max(at + (x & 1 ? 1 : -1), 0), across - 1);
    out[x] =
      0.5625 * plane[near * across + at]! +
      0.1875 * (plane[near * across + beside]! + plane[far * across + at]!) +
      0.0625 * plane[far * across + beside]!;
  }
}
