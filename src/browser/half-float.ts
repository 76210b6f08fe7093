const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The bits of the IEEE 754 binary16 nearest to a number, ties to even; what is too large becomes infinity. */
export function toHalf(value: number): number {
  float[0] = value;
  const single = bits[0]!;
  const sign = (single >>> 16) & 0x8000;
  const magnitude = single & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Normal: the exponent's bias goes from 127 to 15, and 13 bits of the mantissa are rounded off.
    const rounded = magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1);
    return sign | (rounded >>> 13);
  }
  // Subnormal: in units of 2⁻²⁴; adding 2⁻¹ × 2⁰ leaves float32 with exactly those bits, rounded to even.
  float[0] = Math.abs(value) + 0.5;
  return sign | (bits[0]! - 0x3f000000);
}

/** The number that the bits of a binary16 stand for. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
