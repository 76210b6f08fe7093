import type { HdrPicture } from '../../../src/codec/picture.ts';

export const WIDTH = 48;
export const HEIGHT = 32;

/** A ramp of six decades with waves on it, in cd/m²: it leaves the display's range at both ends. */
export function ramp(width = WIDTH, height = HEIGHT): Float32Array {
  return fill(width, height, (x, y, c) => {
    const level = 0.002 * Math.exp((15 * x) / width);
    return level * (1 + 0.5 * Math.sin(0.7 * y + c)) * [1, 0.8, 0.5][c]!;
  });
}

/** The same, with an error of some percent that has a pattern. */
export function distortedRamp(amount: number): Float32Array {
  const data = ramp();
  return data.map((v, i) => v * (1 + amount * Math.sin(i * 0.37) * Math.cos(i * 0.011)));
}

export const picture = (data: Float32Array, width: number, height: number): HdrPicture => ({
  width,
  height,
  data,
  primaries: 'bt709',
  nitsPerUnit: null,
});

function fill(width: number, height: number, at: (x: number, y: number, c: number) => number): Float32Array {
  const data = new Float32Array(width * height * 3);
  let i = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) data[i++] = at(x, y, c);
  return data;
}
