import type { Han2020Networks, TileGeometry } from '../networks.ts';
import { createPlanes, type Planes } from '../planes.ts';
import { clampSignal } from '../pq.ts';
import { eachTile, square, type TileRun } from '../tiles.ts';

/**
 * The paper's post-processing network, tile by tile.
 *
 * @param picture PQ planes (3, h, w) in [0, 1], sides multiples of the stride
 * @returns PQ planes of the same size, clamped to [0, 1]
 */
export async function postProcess(
  picture: Planes,
  networks: Han2020Networks,
  geometry: TileGeometry,
  watch: Pick<TileRun, 'signal' | 'onProgress'> = {},
): Promise<Planes> {
  const restored = createPlanes(3, picture.height, picture.width);
  const run = { core: square(geometry.tile), halo: geometry.overlap.post, scale: 1, ...watch };
  await eachTile(
    picture,
    run,
    async ({ height, width, data }) => {
      const answer = await networks.post({ data, dims: [1, 3, height, width] });
      return { channels: 3, height, width, data: answer.data };
    },
    (row, start) => {
      for (let i = 0; i < row.length; i++) restored.data[start + i] = clampSignal(row[i]!);
    },
  );
  return restored;
}
