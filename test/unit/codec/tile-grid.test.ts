import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { soonestCores } from '../../../src/codec/tile-grid.ts';
import { cutTiles } from '../../../src/codec/tiles.ts';

const model = { side: 1024, halo: 96 };
const sides = fc.integer({ min: 1, max: 500 }).map((n) => 16 * n);

/** Width and height of each core of a picture, in order. */
function cores(width: number, height: number, lanes: number): string[] {
  const most = soonestCores({ height, width }, 16, model, lanes);
  return [...cutTiles({ height, width }, most, model.halo)].map(({ core }) => `${core.width}×${core.height}`);
}

describe('one tile at a time', () => {
  test('a picture that is little larger than a tile is one', () => {
    expect(cores(1248, 832, 1)).toEqual(['1248×832']);
    expect(cores(1024, 1024, 1)).toEqual(['1024×1024']);
  });

  test('a larger one has as few as it can have, of even size', () => {
    expect(cores(1600, 1200, 1)).toEqual(['800×1200', '800×1200']);
    const twelve = cores(4000, 3008, 1);
    expect(twelve).toHaveLength(12);
    expect([...new Set(twelve)]).toEqual(['1008×1008', '976×1008', '1008×992', '976×992']);
  });
});

describe('several at a time', () => {
  test('a megapixel is cut for two, and for four', () => {
    expect(cores(1248, 832, 2)).toEqual(['624×832', '624×832']);
    expect(cores(1248, 832, 4)).toHaveLength(4);
  });

  test('a small picture is not: halos would cost more than a second one gains', () => {
    expect(cores(320, 208, 4)).toEqual(['320×208']);
  });
});

test('with halos that leave no room for all lanes, tiles are as small as they come', () => {
  const wide = { side: 2048, halo: 1024 };
  const most = soonestCores({ height: 16384, width: 16384 }, 16, wide, 4);
  expect([most.height, most.width]).toEqual([1024, 1024]);
});

test('cores are multiples of the unit, none larger than a quarter over the model’s, have room at once, and cover the picture', () => {
  fc.assert(
    fc.property(sides, sides, fc.integer({ min: 1, max: 4 }), (height, width, lanes) => {
      const most = soonestCores({ height, width }, 16, model, lanes);
      for (const side of [most.height, most.width]) {
        expect(side % 16).toBe(0);
        expect(side).toBeGreaterThan(0);
        expect(side).toBeLessThanOrEqual(1280);
      }
      const tiles = [...cutTiles({ height, width }, most, model.halo)];
      const atOnce = tiles.map(({ region }) => region.height * region.width).toSorted((a, b) => b - a);
      expect(atOnce.slice(0, lanes).reduce((sum, area) => sum + area)).toBeLessThanOrEqual(3e6);
      expect(tiles.reduce((sum, { core }) => sum + core.height * core.width, 0)).toBe(height * width);
    }),
  );
});
