import type { JpegPlanes } from '../../../../src/codec/jpeg/index.ts';

/** Natural index → zigzag is not needed here: everything in these tests is in natural order. */
const BASIS = Float64Array.from({ length: 64 }, (_, i) => {
  const [k, n] = [i >> 3, i & 7];
  return Math.cos(((2 * n + 1) * k * Math.PI) / 16) * (k === 0 ? Math.SQRT1_2 : 1) * 0.5;
});

/** ITU-T T.81, A.3.3, as it is written: F(u, v) of 64 samples, both row-major. */
export function slowDct(samples: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: 64 }, (_, at) => {
    let sum = 0;
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) {
        sum += samples[8 * y + x]! * BASIS[8 * (at >> 3) + y]! * BASIS[8 * (at & 7) + x]!;
      }
    }
    return sum;
  });
}

export function slowInverseDct(coefficients: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: 64 }, (_, at) => {
    let sum = 0;
    for (let v = 0; v < 8; v++) {
      for (let u = 0; u < 8; u++) {
        sum += coefficients[8 * v + u]! * BASIS[8 * v + (at >> 3)]! * BASIS[8 * u + (at & 7)]!;
      }
    }
    return sum;
  });
}

/** What a decoder has to make of a plane that was rounded to multiples of `table`: code values (h, w), not rounded. */
export function roundedPlane(
  plane: Float32Array,
  width: number,
  height: number,
  table: Uint8Array,
): Float32Array {
  const decoded = new Float32Array(plane.length);
  for (let top = 0; top < height; top += 8) {
    for (let left = 0; left < width; left += 8) {
      const samples = Float64Array.from({ length: 64 }, (_, at) => {
        const row = Math.min(top + (at >> 3), height - 1);
        return plane[row * width + Math.min(left + (at & 7), width - 1)]! - 128;
      });
      const block = slowInverseDct(slowDct(samples).map((c, at) => table[at]! * Math.round(c / table[at]!)));
      for (let y = 0; y < Math.min(8, height - top); y++) {
        for (let x = 0; x < Math.min(8, width - left); x++) {
          decoded[(top + y) * width + left + x] = Math.min(255, Math.max(0, block[8 * y + x]! + 128));
        }
      }
    }
  }
  return decoded;
}

/** The same numbers every time, in [0, 1). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A picture from three functions of the position: luma by pixel, chroma by chroma sample. */
export function makePlanes(
  width: number,
  height: number,
  subsampling: JpegPlanes['subsampling'],
  luma: (x: number, y: number) => number,
  chroma: (x: number, y: number) => number = () => 128,
): JpegPlanes {
  const scale = subsampling === '4:2:0' ? 2 : 1;
  const plane = (wide: number, high: number, of: (x: number, y: number) => number): Float32Array =>
    Float32Array.from({ length: wide * high }, (_, i) => of(i % wide, Math.floor(i / wide)));
  const [wide, high] = [Math.ceil(width / scale), Math.ceil(height / scale)];
  return {
    width,
    height,
    subsampling,
    y: plane(width, height, luma),
    cb: plane(wide, high, chroma),
    cr: plane(wide, high, (x, y) => 256 - chroma(x, y)),
  };
}

/** Waves and grain: all frequencies, and blocks that differ. */
export function texture(seed: number): (x: number, y: number) => number {
  const random = randomNumbers(seed);
  return (x, y) =>
    128 +
    50 * Math.sin(x / 9 + Math.sin(y / 13)) +
    30 * Math.cos(y / 5) +
    ((x >> 4) & 3) * 14 * (random() - 0.5);
}

export const flatTable = (step: number): Uint8Array => new Uint8Array(64).fill(step);
