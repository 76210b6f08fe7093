/** What is said of pictures without any difference, whose PSNR has no value. */
const IDENTICAL = 99;

/** Peak signal-to-noise ratio in dB of two arrays of the same length; 99 when they are the same. */
export function psnr(a: Float64Array, b: Float64Array, peak: number): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += (a[i]! - b[i]!) ** 2;
  return squares > 0 ? 10 * Math.log10((peak * peak * a.length) / squares) : IDENTICAL;
}
