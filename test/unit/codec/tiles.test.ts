import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { postProcess } from '../../../src/codec/han2020/post-processing.ts';
import { decodeResidual, encodeResidual } from '../../../src/codec/han2020/residual-coder.ts';
import { createPlanes, cutRect, padPlanes, type Planes } from '../../../src/codec/planes.ts';
import { cutTiles, eachTile, square } from '../../../src/codec/tiles.ts';
import { linearNetworks } from './han2020/linear-networks.ts';
import { random } from './pictures.ts';

function noise(channels: number, height: number, width: number, seed = 1): Planes {
  const planes = createPlanes(channels, height, width);
  const next = random(seed);
  for (let i = 0; i < planes.data.length; i++) planes.data[i] = next() - 0.5;
  return planes;
}

const whole = { tile: 4096, overlap: { encoder: 0, decoder: 0, post: 0 } };
const sides = fc.integer({ min: 1, max: 9 }).map((n) => 16 * n);

describe('cutTiles', () => {
  test('cores cover every pixel once, regions hold the halo and end at the border', () => {
    fc.assert(
      fc.property(sides, sides, sides, sides, (height, width, side, halo) => {
        const seen = new Uint8Array(height * width);
        for (const { core, region } of cutTiles({ height, width }, square(side), halo)) {
          for (let y = core.y; y < core.y + core.height; y++) {
            for (let x = core.x; x < core.x + core.width; x++) seen[y * width + x]!++;
          }
          expect(region.y).toBe(Math.max(0, core.y - halo));
          expect(region.x).toBe(Math.max(0, core.x - halo));
          expect(region.y + region.height).toBe(Math.min(height, core.y + core.height + halo));
          expect(region.x + region.width).toBe(Math.min(width, core.x + core.width + halo));
        }
        expect(seen.every((count) => count === 1)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});

describe('tile by tile equals the whole picture', () => {
  const geometry = { tile: 32, overlap: { encoder: 16, decoder: 16, post: 16 } };
  const networks = linearNetworks();

  test('residual encoder and decoder', async () => {
    await fc.assert(
      fc.asyncProperty(sides, sides, fc.integer(), async (height, width, seed) => {
        const residual = noise(3, height, width, seed);
        const code = await encodeResidual(residual, 1, networks, geometry);
        expect(code).toEqual(await encodeResidual(residual, 1, networks, whole));

        const decode = async (by: typeof geometry) => {
          const out = createPlanes(3, height, width);
          await decodeResidual(code, out, networks, by, (row, start) => {
            out.data.set(row, start);
          });
          return out.data;
        };
        expect(await decode(geometry)).toEqual(await decode(whole));
      }),
      { numRuns: 15 },
    );
  });

  test('post-processing', async () => {
    const picture = noise(3, 80, 112);
    expect(await postProcess(picture, networks, geometry)).toEqual(
      await postProcess(picture, networks, whole),
    );
  });

  test('without a halo there would be seams: the test above can fail', async () => {
    const picture = noise(3, 80, 112);
    const bare = { tile: 32, overlap: { encoder: 0, decoder: 0, post: 0 } };
    expect(await postProcess(picture, networks, bare)).not.toEqual(
      await postProcess(picture, networks, whole),
    );
  });

  test('no tile is larger than its core and two halos', async () => {
    const seen: number[] = [];
    const watching = {
      ...networks,
      post: (picture: Parameters<typeof networks.post>[0]) => {
        seen.push(picture.dims[2], picture.dims[3]);
        return networks.post(picture);
      },
    };
    await postProcess(noise(3, 160, 160), watching, geometry);
    expect(Math.max(...seen)).toBe(32 + 2 * 16);
  });

  test('an aborted signal stops between tiles', async () => {
    const abort = new AbortController();
    const counting = linearNetworks();
    const run = postProcess(noise(3, 128, 128), counting, geometry, {
      signal: abort.signal,
      onProgress: (fraction) => {
        if (fraction > 0.2) abort.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
    expect(counting.calls).toBeLessThan(16);
  });
});

describe('what is looked at', () => {
  /** Top left corners in the order in which tiles of 32 of a picture of 96 × 64 are done, looked at from here in turn. */
  async function order(looks: readonly ({ x: number; y: number } | null)[]): Promise<string[]> {
    const picture = noise(3, 96, 64);
    const out = createPlanes(3, 96, 64);
    const told: string[] = [];
    let asked = 0;
    await eachTile(
      picture,
      {
        core: square(32),
        halo: 8,
        scale: 1,
        focus: () => {
          const look = looks[Math.min(asked++, looks.length - 1)];
          return Promise.resolve(look ? { ...look, width: 10, height: 10 } : null);
        },
        onTile: ({ x, y }) => {
          expect(out.data[y * 64 + x]).toBe(picture.data[y * 64 + x]);
          told.push(`${x},${y}`);
        },
      },
      (region) => Promise.resolve(region),
      (row, start) => {
        out.data.set(row, start);
      },
    );
    expect(out).toEqual(picture);
    return told;
  }

  test('comes first, and the rest in its order', async () => {
    expect(await order([null])).toEqual(['0,0', '32,0', '0,32', '32,32', '0,64', '32,64']);
    expect(await order([{ x: 40, y: 70 }, null])).toEqual(['32,64', '0,0', '32,0', '0,32', '32,32', '0,64']);
  });

  test('is asked for before each tile', async () => {
    expect(
      await order([
        { x: 40, y: 70 },
        { x: 5, y: 5 },
        { x: 5, y: 40 },
      ]),
    ).toEqual(['32,64', '0,0', '0,32', '0,64', '32,32', '32,0']);
  });
});

describe('lanes', () => {
  /** Takes a picture of eight tiles through two lanes; `work` is told how many tiles are at work. */
  async function run(work: (busy: number, begun: number) => Promise<void>): Promise<Planes> {
    const picture = noise(3, 64, 128);
    const out = createPlanes(3, 64, 128);
    let busy = 0;
    let begun = 0;
    await eachTile(
      picture,
      { core: square(32), halo: 8, scale: 1, lanes: 2 },
      async (region) => {
        busy++;
        await work(busy, ++begun);
        busy--;
        return region;
      },
      (row, start) => {
        out.data.set(row, start);
      },
    );
    expect(out).toEqual(picture);
    return out;
  }

  test('as many tiles as there are lanes are at work at once', async () => {
    const most: number[] = [];
    await run(async (busy) => {
      most.push(busy);
      await new Promise((resolve) => setTimeout(resolve, 1));
    });
    expect(most).toHaveLength(8);
    expect(Math.max(...most)).toBe(2);
  });

  test('where one fails, the others begin nothing more', async () => {
    let last = 0;
    const failing = run(async (_, begun) => {
      last = begun;
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (begun === 3) throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(last).toBeLessThanOrEqual(4);
  });
});

describe('padPlanes', () => {
  test('repeats the last row and column up to the next multiple', () => {
    const planes = {
      channels: 2,
      height: 2,
      width: 3,
      data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
    };
    const padded = padPlanes(planes, 4);
    expect([padded.channels, padded.height, padded.width]).toEqual([2, 4, 4]);
    expect([...padded.data.subarray(0, 16)]).toEqual([1, 2, 3, 3, 4, 5, 6, 6, 4, 5, 6, 6, 4, 5, 6, 6]);
    expect(cutRect(padded, { y: 0, x: 0, height: 2, width: 3 })).toEqual(planes);
  });
});
