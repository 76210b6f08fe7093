import type { HdrPicture } from '../../../src/codec/picture.ts';

/** Mulberry32: numbers in [0, 1) that are the same in every run. */
export function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A synthetic HDR scene over six decades: a gradient, a lamp, coloured texture. */
export function scene(width: number, height: number, seed = 1): HdrPicture {
  const next = random(seed);
  const data = new Float32Array(3 * width * height);
  const [lampX, lampY] = [next() * width, next() * height];
  const phase = next() * 6;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const distance = Math.hypot(x - lampX, y - lampY) / Math.max(width, height);
      const light = 0.02 + 0.5 * (x / width) + 300 * Math.exp(-((8 * distance) ** 2));
      for (let c = 0; c < 3; c++, i++) {
        const texture = 1 + 0.5 * Math.sin(0.7 * x + c + phase) * Math.cos(0.4 * y - c) + 0.1 * next();
        data[i] = light * texture * [1, 0.8, 0.5][c]!;
      }
    }
  }
  return { width, height, data, primaries: 'bt709', nitsPerUnit: null };
}
