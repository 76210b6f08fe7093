import type { Plane } from './directional.ts';

/**
 * Local contrast that two pictures share: the mean of 3 × 3 magnitudes, each the smaller of the two (what one of them has
 * lost masks nothing in it). Beyond the border there is none.
 */
export function lesserContrast({ height, width, data }: Plane, other: Plane): Plane {
  const rows = new Float32Array(data.length + 2 * width);
  const lesser = new Float32Array(width + 2);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      lesser[x + 1] = Math.min(Math.abs(data[row + x]!), Math.abs(other.data[row + x]!));
    }
    for (let x = 0; x < width; x++) rows[row + width + x] = lesser[x]! + lesser[x + 1]! + lesser[x + 2]!;
  }
  const mean = new Float32Array(data.length);
  for (let i = 0; i < mean.length; i++) mean[i] = (rows[i]! + rows[i + width]! + rows[i + 2 * width]!) / 9;
  return { height, width, data: mean };
}

/** Half the resolution, the mean of 2 × 2 samples. */
export function halve({ height, width, data }: Plane): Plane {
  const w = width >> 1;
  const out = new Float32Array((height >> 1) * w);
  for (let y = 0, i = 0; y < height >> 1; y++) {
    for (let x = 0; x < w; x++, i++) {
      const at = 2 * y * width + 2 * x;
      out[i] = 0.25 * (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]!);
    }
  }
  return { height: height >> 1, width: w, data: out };
}

export function sum(planes: readonly Plane[]): Float32Array {
  const all = new Float32Array(planes[0]!.data.length);
  for (const { data } of planes) for (let i = 0; i < all.length; i++) all[i]! += data[i]!;
  return all;
}
