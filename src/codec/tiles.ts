import { cutRect, eachRow, type Planes, type Rect } from './planes.ts';

type Size = Pick<Planes, 'height' | 'width'>;

export interface Tile {
  /** What this tile alone contributes. */
  readonly core: Rect;
  /** What is looked at for it: the core and a halo on all sides that are not the picture's own. */
  readonly region: Rect;
}

/**
 * Cuts a picture into tiles. Inside the picture a tile has its halo, at the picture's border it ends with the picture:
 * what a network pads with zeros is then what it pads in the whole picture, and a halo as wide as the network's reach
 * makes tile by tile equal to the whole.
 *
 * @param most sides of a core, and `halo`: in the same unit as `height` and `width`
 */
export function* cutTiles({ height, width }: Size, most: Size, halo: number): Generator<Tile> {
  for (let y = 0; y < height; y += most.height) {
    for (let x = 0; x < width; x += most.width) {
      const core = {
        y,
        x,
        height: Math.min(most.height, height - y),
        width: Math.min(most.width, width - x),
      };
      const top = Math.max(0, y - halo);
      const left = Math.max(0, x - halo);
      const region = {
        y: top,
        x: left,
        height: Math.min(height, y + core.height + halo) - top,
        width: Math.min(width, x + core.width + halo) - left,
      };
      yield { core, region };
    }
  }
}

export interface TileRun {
  /** Sides of a core and width of the halo, in positions of the input. */
  readonly core: Size;
  readonly halo: number;
  /** Output positions per input position: 1/16 for the residual encoder, 16 for the decoder, 1 for post-processing. */
  readonly scale: number;
  /** Stops between tiles, by throwing the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told the share (0…1) of the picture's tiles that is done. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** What is looked at, in positions of the input: asked before each tile, the next is then the one nearest to it. */
  readonly focus?: (() => Promise<Rect | null>) | undefined;
  /** Told of each tile whose output is there, in positions of the input. */
  readonly onTile?: ((core: Rect) => void) | undefined;
  /** How many tiles are given to `process` at once; one, if absent. */
  readonly lanes?: number | undefined;
}

/**
 * Takes planes through `process` tile by tile and gives each row of the cores' output to `put`, with its index in the
 * whole output's planes. Memory beyond input and output is that of one tile for each lane.
 */
export async function eachTile(
  input: Planes,
  run: TileRun,
  process: (region: Planes) => Promise<Planes>,
  put: (row: Float32Array, start: number) => void,
): Promise<void> {
  const { core: most, halo, signal, onProgress, focus, onTile, lanes = 1 } = run;
  const tiles = [...cutTiles(input, most, halo)];
  const all = tiles.length;
  let done = 0;
  const lane = async (): Promise<void> => {
    while (tiles.length > 0) {
      signal?.throwIfAborted();
      const at = (await focus?.()) ?? null;
      const tile = takeNearest(tiles, at);
      if (tile === undefined) return;
      putCore(await process(cutRect(input, tile.region)), tile, input, run.scale, put);
      onTile?.(tile.core);
      onProgress?.(++done / all);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(lanes, all) }, lane));
  } finally {
    // Where one lane fails, the others begin no further tile.
    tiles.length = 0;
  }
  signal?.throwIfAborted();
}

/** Cores of the same side in both directions. */
export function square(side: number): Size {
  return { height: side, width: side };
}

/** Gives on what a tile alone contributes. */
function putCore(
  output: Planes,
  { core, region }: Tile,
  input: Planes,
  scale: number,
  put: (row: Float32Array, start: number) => void,
): void {
  const whole = { channels: output.channels, height: input.height * scale, width: input.width * scale };
  const target = scaled(core, scale);
  const source = { ...target, y: (core.y - region.y) * scale, x: (core.x - region.x) * scale };
  const starts: number[] = [];
  eachRow(whole, target, (start) => starts.push(start));
  eachRow(output, source, (start, row) => {
    put(output.data.subarray(start, start + source.width), starts[row]!);
  });
}

/** Takes out the tile that is nearest to what is looked at, or the first; the others keep their order. */
function takeNearest(tiles: Tile[], focus: Rect | null): Tile | undefined {
  let nearest = 0;
  for (let i = 1; focus !== null && i < tiles.length; i++) {
    if (distance(tiles[i]!.core, focus) < distance(tiles[nearest]!.core, focus)) nearest = i;
  }
  return tiles.splice(nearest, 1)[0];
}

/** Between the centres of two rectangles. */
function distance(a: Rect, b: Rect): number {
  return Math.hypot(a.x - b.x + (a.width - b.width) / 2, a.y - b.y + (a.height - b.height) / 2);
}

function scaled(rect: Rect, by: number): Rect {
  return { y: rect.y * by, x: rect.x * by, height: rect.height * by, width: rect.width * by };
}
