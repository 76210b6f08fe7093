/** The transfer functions of sRGB (IEC 61966-2-1, clause 5.2). */

/** Linear light → sRGB signal, extended beyond [0, 1] and mirrored below 0 as CSS Color 4, §10.2, has it. */
export function srgbEncode(light: number): number {
  const magnitude = Math.abs(light);
  const signal = magnitude <= 0.0031308 ? 12.92 * magnitude : 1.055 * magnitude ** (1 / 2.4) - 0.055;
  return Math.sign(light) * signal;
}

/** sRGB signal in [0, 1] → linear light (IEC 61966-2-1, clause 5.2). */
export function srgbDecode(signal: number): number {
  return signal <= 0.04045 ? signal / 12.92 : ((signal + 0.055) / 1.055) ** 2.4;
}
