import type { HdrPicture } from './picture.ts';

/**
 * Reduces a picture; the new sides are no longer than the old ones.
 *
 * Each new pixel is the mean of the area it covers, in linear light: that is what a sensor with larger pixels would have
 * measured, so brightness is kept exactly. Kernels with negative lobes (Lanczos, bicubic) look sharper in SDR, but beside a
 * sun of 10,000 times its surroundings they leave black rings.
 */
export function areaAverage(picture: HdrPicture, width: number, height: number): HdrPicture {
  const rows = averageRows(picture.data, picture.width * 3, coverage(picture.height, height));
  const data = averageColumns(rows, picture.width, coverage(picture.width, width));
  return { ...picture, width, height, data };
}

/** For every new sample: the first old one that it covers, and the share of each from there on; shares add up to 1. */
type Coverage = readonly { readonly first: number; readonly shares: readonly number[] }[];

function coverage(from: number, to: number): Coverage {
  return Array.from({ length: to }, (_, index) => {
    const begin = (index * from) / to;
    const end = ((index + 1) * from) / to;
    const first = Math.floor(begin);
    const shares = Array.from({ length: Math.min(Math.ceil(end), from) - first }, (_, k) => {
      const covered = Math.min(end, first + k + 1) - Math.max(begin, first + k);
      return covered / (end - begin);
    });
    return { first, shares };
  });
}

/** (h, stride) → (rows, stride) */
function averageRows(data: Float32Array, stride: number, rows: Coverage): Float32Array {
  const out = new Float32Array(rows.length * stride);
  const mean = new Float64Array(stride);
  rows.forEach(({ first, shares }, row) => {
    mean.fill(0);
    shares.forEach((share, k) => {
      const from = (first + k) * stride;
      for (let i = 0; i < stride; i++) mean[i]! += share * data[from + i]!;
    });
    out.set(mean, row * stride);
  });
  return out;
}

/** (h, w, 3) → (h, columns, 3) */
function averageColumns(data: Float32Array, width: number, columns: Coverage): Float32Array {
  const height = data.length / (width * 3);
  const out = new Float32Array(height * columns.length * 3);
  let to = 0;
  for (let row = 0; row < height; row++) {
    for (const { first, shares } of columns) {
      let from = (row * width + first) * 3;
      for (const share of shares) {
        for (let c = 0; c < 3; c++) out[to + c]! += share * data[from + c]!;
        from += 3;
      }
      to += 3;
    }
  }
  return out;
}
