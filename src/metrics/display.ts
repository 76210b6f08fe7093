/**
 * The display that pictures are compared on: it shows 0.005…4000 cd/m², and its primaries are BT.709's. What a codec gives
 * back outside of that range nobody would see.
 */
export const DISPLAY_BLACK = 0.005;
export const DISPLAY_PEAK = 4000;

/** Luminance of linear BT.709 light to six digits (ITU-R BT.709-6, from the primaries). */
const LUMA = [0.212656, 0.715158, 0.072186] as const;

/** Interleaved light (h, w, 3) in cd/m², clipped to what the display shows; a copy. What is no number is black. */
export function asDisplayed(light: Float32Array): Float32Array {
  const shown = new Float32Array(light.length);
  for (let i = 0; i < light.length; i++) {
    const value = light[i]!;
    shown[i] = value > DISPLAY_BLACK ? Math.min(value, DISPLAY_PEAK) : DISPLAY_BLACK;
  }
  return shown;
}

/** Interleaved linear BT.709 (h, w, 3) → luminance (h, w), in the same units. */
export function luminanceOf(light: Float32Array): Float32Array {
  const y = new Float32Array(light.length / 3);
  for (let i = 0, j = 0; j < y.length; j++, i += 3) {
    y[j] = LUMA[0] * light[i]! + LUMA[1] * light[i + 1]! + LUMA[2] * light[i + 2]!;
  }
  return y;
}
