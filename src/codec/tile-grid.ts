import type { Planes } from './planes.ts';

type Size = Pick<Planes, 'height' | 'width'>;

/** How much larger than the model's a core may be, so that a picture just beyond one side is not cut for a narrow rest. */
const STRETCH = 1.25;
/** What a tile costs beside its pixels, in pixels: it is cut out, handed over and put together. */
const TILE_COST = 65536;
/** Rows or columns of tiles up to which a finer grid is tried than the model's sides ask for. */
const FINEST = 4;

/**
 * Cores of one size by which a picture is done soonest, by networks that take several tiles at once: as few as possible and of even size for one at a
 * time, and for several enough to keep all of them busy where halos do not cost more than that gains. Only for networks whose halo is as wide
 * as their reach: to those, how a picture is cut makes no difference.
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
  let best = { height: 0, width: 0, cost: Infinity };
  const [least, leastAcross] = [fewest(picture.height), fewest(picture.width)];
  for (let down = least; down <= Math.max(least, FINEST); down++) {
    for (let across = leastAcross; across <= Math.max(leastAcross, FINEST); across++) {
      const core = { height: cut(picture.height, down), width: cut(picture.width, across) };
      const area = seen(core.height, picture.height) * seen(core.width, picture.width);
      const tiles = down * across;
      const cost = Math.ceil(tiles / lanes) * area + tiles * TILE_COST;
      if (cost < best.cost) best = { ...core, cost };
    }
  }
  return { height: best.height, width: best.width };
}
