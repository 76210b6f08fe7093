import type { Planes } from './planes.ts';

type Size = Pick<Planes, 'height' | 'width'>;

/** How much larger than the model's a core may be, so that a picture just beyond one side is not cut for a narrow rest. */
const STRETCH = 1.25;
/** What a tile costs beside its pixels, in pixels: it is cut out, handed over and put together. */
const TILE_COST = 65536;
/** Pixels that are computed at once, in all lanes together: glow2026 takes 200 bytes for each. */
const MOST_AT_ONCE = 3e6;

/**
 * Cores of one size by which a picture is done soonest, by networks that take several tiles at once: as few as possible and of even size for one at a
 * time, and for several enough to keep all of them busy where halos do not cost more than that gains, and small enough for all of them to have
 * room. Only for networks whose halo is as wide as their reach: to those, how a picture is cut makes no difference.
 *
 * @param picture its sides, multiples of `unit`
 * @param model side of a core as the model has it, and halo, pixels
 * @param lanes how many tiles are computed at once
 */
export function soonestCores(
  picture: Size,
  unit: number,
  { side, halo }: { readonly side: number; readonly halo: number },
  lanes: number,
): Size {
  const cut = (length: number, parts: number): number => Math.ceil(length / parts / unit) * unit;
  const fewest = (length: number): number => Math.ceil(length / (STRETCH * side));
  const seen = (core: number, length: number): number => Math.min(length, core + 2 * halo);
  const [down, across] = [fewest(picture.height), fewest(picture.width)];
  let best = { height: 0, width: 0, excess: Infinity, cost: Infinity };
  for (let rows = down; rows <= 2 * down + 2; rows++) {
    for (let columns = across; columns <= 2 * across + 2; columns++) {
      const core = { height: cut(picture.height, rows), width: cut(picture.width, columns) };
      const area = seen(core.height, picture.height) * seen(core.width, picture.width);
      const tiles = rows * columns;
      const cost = Math.ceil(tiles / lanes) * area + tiles * TILE_COST;
      const excess = Math.max(0, Math.min(tiles, lanes) * area - MOST_AT_ONCE);
      if (excess < best.excess || (excess === best.excess && cost < best.cost))
        best = { ...core, excess, cost };
    }
  }
  return { height: best.height, width: best.width };
}
