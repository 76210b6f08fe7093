import { inverseToneTable, type InverseToneCurve } from '../itmo.ts';
import type { Glow2026Networks, TileGeometry } from '../networks.ts';
import { clampSignal } from '../pq.ts';
import type { SdrPicture } from '../picture.ts';
import { createPlanes, padPlanes, type Planes, type Rect } from '../planes.ts';
import { soonestCores } from '../tile-grid.ts';
import { eachTile, type TileRun } from '../tiles.ts';

/** Code values on each side over which a curve's slope is taken, and the least slope, PQ per code value. */
const REACH = 2;
const LEAST_SLOPE = 1e-5;

export interface EnhanceWatch extends Pick<TileRun, 'signal' | 'onProgress' | 'focus'> {
  /** Told of each tile that is there; the others of `restored` are 0 until then. */
  readonly onTile?: ((core: Rect, restored: Planes) => void) | undefined;
}

/**
 * The base as the decoder first knows it, restored by the enhancement network: the inverse tone curves say what a code
 * value stands for, their slopes times half the quantisation step how far a code value may be off.
 *
 * @param step mean step of the base's luma quantisation, code values
 * @param unit the sides are padded to multiples of it
 * @returns PQ planes (3, H, W) in [0, 1]
 */
export async function enhanceBase(
  base: SdrPicture,
  curve: InverseToneCurve,
  step: number,
  unit: number,
  networks: Glow2026Networks,
  geometry: TileGeometry,
  { onTile, ...watch }: EnhanceWatch = {},
): Promise<Planes> {
  const codes = padPlanes(codePlanes(base), unit);
  const values = curve.map(inverseToneTable);
  const noise = values.map((table) => slopes(table).map((slope) => 0.5 * step * slope));
  const restored = createPlanes(3, codes.height, codes.width);
  const halo = geometry.overlap.post;
  const { lanes = 1 } = networks;
  const run: TileRun = {
    core: soonestCores(codes, unit, { side: geometry.tile, halo }, lanes),
    halo,
    lanes,
    scale: 1,
    ...watch,
    onTile: (core) => onTile?.(core, restored),
  };
  await eachTile(
    codes,
    run,
    async ({ height, width, data }) => {
      const dims = [1, 3, height, width] as const;
      const answer = await networks.enhance(
        { data: lookUp(data, values), dims },
        { data: lookUp(data, noise), dims },
      );
      return { channels: 3, height, width, data: answer.data };
    },
    (row, start) => {
      for (let i = 0; i < row.length; i++) restored.data[start + i] = clampSignal(row[i]!);
    },
  );
  return restored;
}

/** The base without the network: inverse tone-mapped alone. */
export function plainBase(base: SdrPicture, curve: InverseToneCurve, unit: number): Planes {
  const codes = padPlanes(codePlanes(base), unit);
  return { ...codes, data: lookUp(codes.data, curve.map(inverseToneTable)) };
}

/** PQ per code value at each of the 256 code values: a difference over `REACH` on both sides. */
function slopes(table: Float32Array): Float32Array {
  return table.map((_, code) => {
    const at = Math.min(Math.max(code, REACH), 255 - REACH);
    return Math.max((table[at + REACH]! - table[at - REACH]!) / (2 * REACH), LEAST_SLOPE);
  });
}

/** Code values (3, …) through one table per channel. */
function lookUp(codes: Float32Array, tables: readonly Float32Array[]): Float32Array {
  const size = codes.length / 3;
  const out = new Float32Array(codes.length);
  tables.forEach((table, channel) => {
    for (let i = channel * size; i < (channel + 1) * size; i++) out[i] = table[codes[i]!]!;
  });
  return out;
}

function codePlanes({ width, height, data }: SdrPicture): Planes {
  const planes = createPlanes(3, height, width);
  const size = width * height;
  for (let i = 0, j = 0; j < size; j++) {
    planes.data[j] = data[i++]!;
    planes.data[size + j] = data[i++]!;
    planes.data[2 * size + j] = data[i++]!;
  }
  return planes;
}
