import { smoothed, thirdDifference, type Plane } from './directional.ts';

/** Directions (down, right) along which the four orientations of a level differ. */
const DIRECTIONS = [
  [0, 1],
  [1, 1],
  [1, 0],
  [1, -1],
] as const;
/** By level, so that noise has the strength in it that the filters of HDR-VDP-2 leave it. */
const GAINS = [0.365, 0.55, 0.61] as const;

/**
 * Splits a plane into what is finest, and four orientations at each of three levels an octave apart, the first at full
 * resolution, the next at half of it and so on. A cheap relative of the steerable pyramid (Simoncelli and Freeman 1995):
 * third differences along a direction, smoothed across it.
 *
 * @param plane sides multiples of 4
 * @param scales factor of each band
 * @returns by band: the finest (one plane), then the levels from fine to coarse (four planes each)
 */
export function orientedBands(plane: Plane, scales: readonly number[]): Plane[][] {
  const once = binomial(plane);
  let coarser = binomial(once);
  const bands = [[finest(plane, once, coarser, scales[0]!)]];
  let level = plane;
  GAINS.forEach((gain, k) => {
    if (k > 0) {
      level = decimated(coarser);
      if (k + 1 < GAINS.length) coarser = binomial(binomial(level));
    }
    const scale = (gain * scales[k + 1]!) / 8;
    bands.push(
      DIRECTIONS.map(([down, right]) => smoothed(thirdDifference(level, down, right, scale), right, -down)),
    );
  });
  return bands;
}

/** (1, 2, 1) / 4 in both directions. */
function binomial(plane: Plane): Plane {
  return smoothed(smoothed(plane, 0, 1), 1, 0);
}

/** What two binomial filters leave over, one after the other: (1 − b)² = 1 − 2b + b². */
function finest(plane: Plane, once: Plane, twice: Plane, scale: number): Plane {
  const data = new Float32Array(plane.data.length);
  for (let i = 0; i < data.length; i++) {
    data[i] = scale * (plane.data[i]! - 2 * once.data[i]! + twice.data[i]!);
  }
  return { ...plane, data };
}

/** Every other sample in both directions, after two binomial filters. */
function decimated({ height, width, data }: Plane): Plane {
  const [h, w] = [height >> 1, width >> 1];
  const out = new Float32Array(h * w);
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i++) out[i] = data[2 * y * width + 2 * x]!;
  }
  return { height: h, width: w, data: out };
}
