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
  const bands = [[finest(plane, scales[0]!)]];
  let level = plane;
  GAINS.forEach((gain, k) => {
    if (k > 0) level = decimated(level);
    const scale = (gain * scales[k + 1]!) / 8;
    bands.push(
      DIRECTIONS.map(([down, right]) => smoothed(thirdDifference(level, down, right, scale), right, -down)),
    );
  });
  return bands;
}

/** What two binomial filters (1, 2, 1) in both directions leave over, one after the other. */
function finest(plane: Plane, scale: number): Plane {
  const fine = withoutCoarse(plane, 1);
  return withoutCoarse(fine, scale);
}

function withoutCoarse(plane: Plane, scale: number): Plane {
  const { data } = smoothed(smoothed(plane, 0, 1), 1, 0);
  for (let i = 0; i < data.length; i++) data[i] = scale * (plane.data[i]! - data[i]!);
  return { ...plane, data };
}

/** Half the resolution, after (1, 4, 6, 4, 1) / 16 in both directions: (1, 2, 1) / 4 twice. */
function decimated(plane: Plane): Plane {
  const rows = smoothed(smoothed(plane, 0, 1), 0, 1);
  const { width, data } = smoothed(smoothed(rows, 1, 0), 1, 0);
  const [h, w] = [plane.height >> 1, width >> 1];
  const out = new Float32Array(h * w);
  for (let y = 0, i = 0; y < h; y++) {
    for (let x = 0; x < w; x++, i++) out[i] = data[2 * y * width + 2 * x]!;
  }
  return { height: h, width: w, data: out };
}
