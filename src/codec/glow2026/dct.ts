/** Side of a transform block, and the coefficients in one. */
export const SIDE = 8;
export const BLOCK = SIDE * SIDE;

/** Orthonormal DCT-II of length 8 (ITU-T T.81, A.3.3): BASIS[8 u + x]. */
const BASIS = Float64Array.from({ length: BLOCK }, (_, i) => {
  const u = i >> 3;
  const x = i & 7;
  return Math.sqrt((u === 0 ? 1 : 2) / SIDE) * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

/** Even rows of the transform see sums of mirrored samples, odd rows differences: half the multiplications. */
function forward8(data: Float64Array, at: number, step: number): void {
  const s0 = data[at]! + data[at + 7 * step]!;
  const s1 = data[at + step]! + data[at + 6 * step]!;
  const s2 = data[at + 2 * step]! + data[at + 5 * step]!;
  const s3 = data[at + 3 * step]! + data[at + 4 * step]!;
  const d0 = data[at]! - data[at + 7 * step]!;
  const d1 = data[at + step]! - data[at + 6 * step]!;
  const d2 = data[at + 2 * step]! - data[at + 5 * step]!;
  const d3 = data[at + 3 * step]! - data[at + 4 * step]!;
  for (let u = 0; u < SIDE; u += 2) {
    const even = u * SIDE;
    const odd = even + SIDE;
    data[at + u * step] =
      BASIS[even]! * s0 + BASIS[even + 1]! * s1 + BASIS[even + 2]! * s2 + BASIS[even + 3]! * s3;
    data[at + (u + 1) * step] =
      BASIS[odd]! * d0 + BASIS[odd + 1]! * d1 + BASIS[odd + 2]! * d2 + BASIS[odd + 3]! * d3;
  }
}

function inverse8(data: Float64Array, at: number, step: number): void {
  const c0 = data[at]!;
  const c1 = data[at + step]!;
  const c2 = data[at + 2 * step]!;
  const c3 = data[at + 3 * step]!;
  const c4 = data[at + 4 * step]!;
  const c5 = data[at + 5 * step]!;
  const c6 = data[at + 6 * step]!;
  const c7 = data[at + 7 * step]!;
  for (let x = 0; x < SIDE / 2; x++) {
    const even = BASIS[x]! * c0 + BASIS[16 + x]! * c2 + BASIS[32 + x]! * c4 + BASIS[48 + x]! * c6;
    const odd = BASIS[8 + x]! * c1 + BASIS[24 + x]! * c3 + BASIS[40 + x]! * c5 + BASIS[56 + x]! * c7;
    data[at + x * step] = even + odd;
    data[at + (7 - x) * step] = even - odd;
  }
}

/** In place: samples (8, 8) → coefficients (v, u), v the vertical frequency. */
export function forwardDct(block: Float64Array): void {
  for (let y = 0; y < SIDE; y++) forward8(block, SIDE * y, 1);
  for (let x = 0; x < SIDE; x++) forward8(block, x, SIDE);
}

/** In place: the inverse of `forwardDct`. */
export function inverseDct(block: Float64Array): void {
  for (let x = 0; x < SIDE; x++) inverse8(block, x, SIDE);
  for (let y = 0; y < SIDE; y++) inverse8(block, SIDE * y, 1);
}
