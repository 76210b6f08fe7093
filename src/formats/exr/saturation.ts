/** The share of the way to a pure colour that is left to a pixel whose surroundings are grey. */
const MOST_BEYOND = 0.75;

/**
 * Chroma that was thinned out spreads from a dark pixel of pure colour into bright ones, and makes of them what no light is. As
 * OpenEXR's own library does (ImfRgbaYca), a pixel far more saturated than the four at its corners is brought nearer to white, its
 * luminance kept.
 *
 * @param data (h, w, 3) R, G, B; changed in place
 * @param weights of luminance
 */
export function fixSaturation(
  data: Float32Array,
  width: number,
  weights: readonly [number, number, number],
): void {
  const height = data.length / 3 / width;
  const saturations = (row: number): Float32Array => {
    const start = Math.min(row, height - 1) * width;
    const found = new Float32Array(width);
    for (let x = 0; x < width; x++) found[x] = saturation(data, 3 * (start + x));
    return found;
  };
  let [above, here] = [saturations(0), saturations(0)];
  for (let y = 0; y < height; y++) {
    // Before this row is changed, as `above` was before the one above it.
    const below = saturations(y + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(x - 1, 0);
      const right = Math.min(x + 1, width - 1);
      const mean = Math.min((above[left]! + above[right]! + below[left]! + below[right]!) / 4, 1);
      const most = mean + (1 - mean) * MOST_BEYOND;
      if (here[x]! > most) desaturate(data, 3 * (y * width + x), most / here[x]!, weights);
    }
    [above, here] = [here, below];
  }
}

/** 0 of a grey, 1 of a pure colour, and more of one that has negative light. */
function saturation(data: Float32Array, at: number): number {
  const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!];
  const most = Math.max(r, g, b);
  return most > 0 ? 1 - Math.min(r, g, b) / most : 0;
}

function desaturate(
  data: Float32Array,
  at: number,
  factor: number,
  weights: readonly [number, number, number],
): void {
  const most = Math.max(data[at]!, data[at + 1]!, data[at + 2]!);
  let before = 0;
  let after = 0;
  for (let c = 0; c < 3; c++) {
    const value = data[at + c]!;
    const nearer = Math.max(most - (most - value) * factor, 0);
    before += weights[c]! * value;
    after += weights[c]! * nearer;
    data[at + c] = nearer;
  }
  if (after > 0) for (let c = 0; c < 3; c++) data[at + c]! *= before / after;
}
