type Row = readonly [number, number, number];

/** Linear BT.709 → BT.2020 and back, D65 (ITU-R BT.2087-0 and BT.2407-0, annex 2). */
const TO: readonly [Row, Row, Row] = [
  [0.627404, 0.329283, 0.043313],
  [0.069097, 0.91954, 0.011362],
  [0.016391, 0.088013, 0.895595],
];
const FROM: readonly [Row, Row, Row] = [
  [1.660491, -0.587641, -0.07285],
  [-0.12455, 1.1329, -0.008349],
  [-0.018151, -0.100579, 1.11873],
];

/** Interleaved linear light (h, w, 3); colours outside of BT.709 come back with negative values. */
export const toBt2020 = (light: Float32Array): Float32Array => convert(TO, light);
export const fromBt2020 = (light: Float32Array): Float32Array => convert(FROM, light);

function convert(matrix: readonly [Row, Row, Row], light: Float32Array): Float32Array {
  const out = new Float32Array(light.length);
  for (let i = 0; i < light.length; i += 3) {
    for (let c = 0; c < 3; c++) {
      const row = matrix[c]!;
      out[i + c] = row[0] * light[i]! + row[1] * light[i + 1]! + row[2] * light[i + 2]!;
    }
  }
  return out;
}
