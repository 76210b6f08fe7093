import type { SdrPicture } from '../picture.ts';
import { BLOCK, SIDE } from './dct.ts';

/** Orthonormal DCT-II of length 8 times 4096, in integers: classes decide what is parsed, so no float may touch them. */
const BASIS = Int32Array.from({ length: BLOCK }, (_, i) => {
  const u = i >> 3;
  return Math.round(
    4096 * Math.sqrt((u === 0 ? 1 : 2) / SIDE) * Math.cos(((2 * (i & 7) + 1) * u * Math.PI) / 16),
  );
});
/** Magnitudes, in base code values, from which the classes 1…5 begin. */
const CLASSES = [2, 6, 16, 40, 100] as const;

/**
 * What the decoded base says of where a residual is likely: the class 0…5 of every DCT coefficient of its luma, and of
 * the differences red − luma and blue − luma at half the resolution.
 *
 * @param base the decoded base, (h, w, 3) code values
 * @param height of the padded picture, a multiple of 16, and `width`; beyond the base its last row and column go on
 * @returns per plane 64 classes per block, in raster order of blocks
 */
export function baseClasses(
  base: SdrPicture,
  height: number,
  width: number,
): [Uint8Array, Uint8Array, Uint8Array] {
  const luma = new Int16Array(height * width);
  const red = new Int16Array((height * width) / 4);
  const blue = new Int16Array((height * width) / 4);
  for (let y = 0; y < height; y++) {
    const row = Math.min(y, base.height - 1) * base.width;
    for (let x = 0; x < width; x++) {
      const i = 3 * (row + Math.min(x, base.width - 1));
      const r = base.data[i]!;
      const b = base.data[i + 2]!;
      // BT.601's luma, as in JFIF, in 1/256.
      const l = (77 * r + 150 * base.data[i + 1]! + 29 * b) >> 8;
      luma[y * width + x] = l;
      const half = (y >> 1) * (width >> 1) + (x >> 1);
      red[half]! += r - l;
      blue[half]! += b - l;
    }
  }
  for (let i = 0; i < red.length; i++) {
    red[i]! >>= 2;
    blue[i]! >>= 2;
  }
  return [
    classify(luma, height, width),
    classify(red, height / 2, width / 2),
    classify(blue, height / 2, width / 2),
  ];
}

function classify(plane: Int16Array, height: number, width: number): Uint8Array {
  const classes = new Uint8Array(height * width);
  const rows = new Int32Array(BLOCK);
  let at = 0;
  for (let top = 0; top < height; top += SIDE) {
    for (let left = 0; left < width; left += SIDE) {
      for (let y = 0; y < SIDE; y++) {
        for (let u = 0; u < SIDE; u++) {
          let sum = 0;
          for (let x = 0; x < SIDE; x++) sum += BASIS[SIDE * u + x]! * plane[(top + y) * width + left + x]!;
          rows[SIDE * y + u] = sum >> 6;
        }
      }
      for (let v = 0; v < SIDE; v++) {
        for (let u = 0; u < SIDE; u++) {
          let sum = 0;
          for (let y = 0; y < SIDE; y++) sum += BASIS[SIDE * v + y]! * rows[SIDE * y + u]!;
          classes[at++] = classOf(Math.abs(sum) >> 18);
        }
      }
    }
  }
  return classes;
}

function classOf(magnitude: number): number {
  let found = 0;
  while (found < CLASSES.length && magnitude >= CLASSES[found]!) found++;
  return found;
}
