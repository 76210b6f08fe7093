/** A plane of samples, (height, width). */
export interface Plane {
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** How far `thirdDifference` looks. */
const REACH = 3;

/**
 * gain · (x₊₃ − 3 x₊₁ + 3 x₋₁ − x₋₃) along a direction: its response sin³ω peaks at a quarter of the sampling rate. The last
 * samples are repeated beyond the border.
 */
export function thirdDifference(
  { height, width, data }: Plane,
  down: number,
  right: number,
  gain: number,
): Plane {
  const out = new Float32Array(data.length);
  const near = down * width + right;
  const far = REACH * near;
  eachRow(
    height,
    width,
    REACH,
    (y, from, to) => {
      for (let i = y * width + from; i < y * width + to; i++) {
        out[i] = gain * (data[i + far]! - data[i - far]! - 3 * (data[i + near]! - data[i - near]!));
      }
    },
    (y, x) => {
      const at = (k: number): number => held(data, height, width, y + k * down, x + k * right);
      out[y * width + x] = gain * (at(REACH) - at(-REACH) - 3 * (at(1) - at(-1)));
    },
  );
  return { height, width, data: out };
}

/** (1, 2, 1) / 4 along a direction. */
export function smoothed({ height, width, data }: Plane, down: number, right: number): Plane {
  const out = new Float32Array(data.length);
  const near = down * width + right;
  eachRow(
    height,
    width,
    1,
    (y, from, to) => {
      for (let i = y * width + from; i < y * width + to; i++) {
        out[i] = 0.5 * data[i]! + 0.25 * (data[i + near]! + data[i - near]!);
      }
    },
    (y, x) => {
      const at = (k: number): number => held(data, height, width, y + k * down, x + k * right);
      out[y * width + x] = 0.5 * at(0) + 0.25 * (at(1) + at(-1));
    },
  );
  return { height, width, data: out };
}

function held(data: Float32Array, height: number, width: number, y: number, x: number): number {
  const row = Math.min(Math.max(y, 0), height - 1);
  return data[row * width + Math.min(Math.max(x, 0), width - 1)]!;
}

/** Rows in one go where nothing of `reach` is beyond the border, sample by sample where something is. */
function eachRow(
  height: number,
  width: number,
  reach: number,
  inside: (y: number, from: number, to: number) => void,
  border: (y: number, x: number) => void,
): void {
  for (let y = 0; y < height; y++) {
    const whole = y >= reach && y < height - reach && width > 2 * reach;
    const from = whole ? reach : width;
    const to = whole ? width - reach : width;
    for (let x = 0; x < from; x++) border(y, x);
    inside(y, from, to);
    for (let x = to; x < width; x++) border(y, x);
  }
}
