import type { Han2020Networks, TileGeometry } from '../networks.ts';
import { createPlanes, type Planes } from '../planes.ts';
import { eachTile, square, type TileRun } from '../tiles.ts';
import { binarize } from './binarizer.ts';
import { mapResidual } from './residual-map.ts';

export type Watch = Pick<TileRun, 'signal' | 'onProgress'>;

/**
 * The residual encoder and the binarizer, tile by tile.
 *
 * @param residual (3, h, w) in PQ, sides multiples of the stride
 * @param range what the network's ±1 stands for, in PQ
 * @returns the code (channels, h/stride, w/stride) of 0 and 1
 */
export async function encodeResidual(
  residual: Planes,
  range: number,
  networks: Han2020Networks,
  geometry: TileGeometry,
  watch: Watch = {},
): Promise<Uint8Array> {
  const { stride, codeChannels } = networks.model;
  const code = new Uint8Array((codeChannels * residual.height * residual.width) / stride ** 2);
  const run = { core: square(geometry.tile), halo: geometry.overlap.encoder, scale: 1 / stride, ...watch };
  await eachTile(
    residual,
    run,
    async ({ height, width, data }) => {
      const answer = await networks.encode({ data: mapResidual(data, range), dims: [1, 3, height, width] });
      return { channels: codeChannels, height: height / stride, width: width / stride, data: answer.data };
    },
    (row, start) => {
      code.set(binarize(row), start);
    },
  );
  return code;
}

/**
 * The residual decoder, tile by tile.
 *
 * @param code (channels, h/stride, w/stride) of 0 and 1
 * @param put is given rows of the residual in the network's unit, with their index in the planes (3, h, w)
 */
export async function decodeResidual(
  code: Uint8Array,
  size: { readonly height: number; readonly width: number },
  networks: Han2020Networks,
  geometry: TileGeometry,
  put: (row: Float32Array, start: number) => void,
  watch: Watch = {},
): Promise<void> {
  const { stride, codeChannels } = networks.model;
  const bits = createPlanes(codeChannels, size.height / stride, size.width / stride);
  bits.data.set(code);
  const run = {
    core: square(geometry.tile / stride),
    halo: geometry.overlap.decoder / stride,
    scale: stride,
    ...watch,
  };
  await eachTile(
    bits,
    run,
    async ({ height, width, data }) => {
      const answer = await networks.decode({ data, dims: [1, codeChannels, height, width] });
      return { channels: 3, height: height * stride, width: width * stride, data: answer.data };
    },
    put,
  );
}
