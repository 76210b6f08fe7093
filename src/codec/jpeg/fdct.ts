import { ZIGZAG } from './zigzag.ts';

/**
 * Arai, Agui and Nakajima, "A Fast DCT-SQ Scheme for Images" (1988): five multiplications a row; what is left of the
 * transform is one factor per coefficient, applied at the end.
 */
const COS4 = Math.SQRT1_2;
const COS6 = Math.cos((6 * Math.PI) / 16);
const COS2_MINUS_COS6 = Math.cos((2 * Math.PI) / 16) - COS6;
const COS2_PLUS_COS6 = Math.cos((2 * Math.PI) / 16) + COS6;

const factor = (k: number): number => (k === 0 ? 1 : Math.SQRT2 * Math.cos((k * Math.PI) / 16));
/** By zigzag position. */
const SCALE = Float64Array.from(ZIGZAG, (at) => 1 / (8 * factor(at >> 3) * factor(at & 7)));

/**
 * The 8×8 forward DCT of ITU-T T.81, A.3.3, which is orthonormal: squared errors of coefficients are squared errors of
 * samples.
 *
 * @param block 64 samples, row-major; overwritten
 * @param coefficients takes the 64 coefficients in zigzag order
 */
export function forwardDct(block: Float64Array, coefficients: Float64Array): void {
  for (let row = 0; row < 64; row += 8) butterfly(block, row, 1);
  for (let column = 0; column < 8; column++) butterfly(block, column, 8);
  for (let k = 0; k < 64; k++) coefficients[k] = block[ZIGZAG[k]!]! * SCALE[k]!;
}

function butterfly(d: Float64Array, at: number, stride: number): void {
  const i1 = at + stride;
  const i2 = i1 + stride;
  const i3 = i2 + stride;
  const i4 = i3 + stride;
  const i5 = i4 + stride;
  const i6 = i5 + stride;
  const i7 = i6 + stride;
  const s0 = d[at]! + d[i7]!;
  const s7 = d[at]! - d[i7]!;
  const s1 = d[i1]! + d[i6]!;
  const s6 = d[i1]! - d[i6]!;
  const s2 = d[i2]! + d[i5]!;
  const s5 = d[i2]! - d[i5]!;
  const s3 = d[i3]! + d[i4]!;
  const s4 = d[i3]! - d[i4]!;

  const even0 = s0 + s3;
  const even3 = s0 - s3;
  const even1 = s1 + s2;
  const even2 = (s1 - s2 + even3) * COS4;
  d[at] = even0 + even1;
  d[i4] = even0 - even1;
  d[i2] = even3 + even2;
  d[i6] = even3 - even2;

  const odd0 = s4 + s5;
  const odd1 = (s5 + s6) * COS4;
  const odd2 = s6 + s7;
  const rotation = (odd0 - odd2) * COS6;
  const low = COS2_MINUS_COS6 * odd0 + rotation;
  const high = COS2_PLUS_COS6 * odd2 + rotation;
  const plus = s7 + odd1;
  const minus = s7 - odd1;
  d[i5] = minus + low;
  d[i3] = minus - low;
  d[i1] = plus + high;
  d[i7] = plus - high;
}
