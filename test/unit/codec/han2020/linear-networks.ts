import type { Han2020Networks, Tensor } from '../../../../src/codec/networks.ts';

const STRIDE = 16;
const CHANNELS = 32;
/** Mean of a quadrant, in the network's units, above which it counts as large. */
const LARGE = 0.06;

/**
 * Networks small enough to follow by hand, with what matters of the real ones: they reach one code position (16 pixels)
 * beyond what they answer, pad with zeros at the border, and code well enough for every layer to help.
 *
 * Channels 0…11 say the sign of the mean of each quadrant (8 × 8 pixels) of each colour, 12…23 whether it is large,
 * 24…31 the sign of the mean around the position.
 */
export function linearNetworks(
  geometry: { tile?: number; halo?: number } = {},
): Han2020Networks & { calls: number } {
  const { tile = 64, halo = 16 } = geometry;
  const networks = {
    family: 'han2020' as const,
    model: {
      id: 'linear',
      family: 'han2020' as const,
      digest: new Uint8Array(32).fill(7),
      codeChannels: CHANNELS,
      stride: STRIDE,
      geometry: { tile, overlap: { encoder: halo, decoder: halo, post: halo } },
    },
    calls: 0,
    encode: (residual: Tensor) => answer(encodeTensor(residual)),
    decode: (code: Tensor) => answer(decodeTensor(code)),
    post: (picture: Tensor) => answer(blur(picture)),
  };
  function answer(tensor: Tensor): Promise<Tensor> {
    networks.calls++;
    return Promise.resolve(tensor);
  }
  return networks;
}

function encodeTensor({ data, dims: [, , h, w] }: Tensor): Tensor {
  const [rows, columns] = [h / STRIDE, w / STRIDE];
  const means = new Float32Array(12 * rows * columns);
  for (let q = 0; q < 12; q++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        let sum = 0;
        for (let i = 0; i < 64; i++) {
          const py = STRIDE * y + 8 * ((q >> 1) & 1) + (i >> 3);
          const px = STRIDE * x + 8 * (q & 1) + (i & 7);
          sum += data[((q >> 2) * h + py) * w + px]!;
        }
        means[(q * rows + y) * columns + x] = sum / 64;
      }
    }
  }
  const code = new Float32Array(CHANNELS * rows * columns);
  for (let c = 0; c < CHANNELS; c++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const mean = means[((c % 12) * rows + y) * columns + x]!;
        const value =
          c < 12 ? mean : c < 24 ? Math.abs(mean) - LARGE : around(means, c - 24, rows, columns, y, x);
        code[(c * rows + y) * columns + x] = 0.5 + Math.min(Math.max(value, -0.5), 0.5);
      }
    }
  }
  return { data: code, dims: [1, CHANNELS, rows, columns] };
}

/** Sum of a plane over the 3 × 3 positions around one; there are zeros outside. */
function around(planes: Float32Array, plane: number, h: number, w: number, y: number, x: number): number {
  let sum = 0;
  for (let j = Math.max(0, y - 1); j <= Math.min(h - 1, y + 1); j++) {
    for (let i = Math.max(0, x - 1); i <= Math.min(w - 1, x + 1); i++)
      sum += planes[(plane * h + j) * w + i]!;
  }
  return sum;
}

function decodeTensor({ data, dims: [, , rows, columns] }: Tensor): Tensor {
  const [h, w] = [STRIDE * rows, STRIDE * columns];
  const residual = new Float32Array(3 * h * w);
  for (let colour = 0; colour < 3; colour++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const q = 4 * colour + 2 * ((y >> 3) & 1) + ((x >> 3) & 1);
        const [row, column] = [y >> 4, x >> 4];
        const sign = 2 * data[(q * rows + row) * columns + column]! - 1;
        const large = data[((12 + q) * rows + row) * columns + column]!;
        const field = around(data, 24 + (q % 8), rows, columns, row, column) / 9 - 0.5;
        residual[(colour * h + y) * w + x] = sign * (large > 0 ? 0.15 : 0.03) + 0.01 * field;
      }
    }
  }
  return { data: residual, dims: [1, 3, h, w] };
}

/** 0.8 of each sample and 0.05 of its four neighbours: reaches one pixel, with zeros outside. */
function blur({ data, dims: [n, c, h, w] }: Tensor): Tensor {
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const x = i % w;
    const y = Math.trunc(i / w) % h;
    const left = x > 0 ? data[i - 1]! : 0;
    const right = x + 1 < w ? data[i + 1]! : 0;
    const up = y > 0 ? data[i - w]! : 0;
    const down = y + 1 < h ? data[i + w]! : 0;
    out[i] = 0.8 * data[i]! + 0.05 * (left + right + up + down);
  }
  return { data: out, dims: [n, c, h, w] };
}
