import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode, encode, pqEncode, type HdrPicture, type TileGeometry } from '../../src/codec/index.ts';
import { postProcess } from '../../src/codec/han2020/post-processing.ts';
import { decodeResidual, encodeResidual } from '../../src/codec/han2020/residual-coder.ts';
import { createPlanes, type Planes } from '../../src/codec/planes.ts';
import { readLayout } from '../../src/container/index.ts';
import { nodeJpegCoder } from '../../src/inference/jpeg-node.ts';
import { random, scene } from '../unit/codec/pictures.ts';
import { loadHan2020, type LoadedHan2020 } from '../unit/inference/load-han2020.ts';

// The codec with han2020 as it is delivered, on small synthetic pictures.

let networks: LoadedHan2020;
beforeAll(async () => {
  networks = await loadHan2020();
});
afterAll(() => networks.release());
const jpeg = nodeJpegCoder();

/** Root mean square error of PQ values. */
function pqError(original: HdrPicture, decoded: HdrPicture): number {
  const { data, nitsPerUnit } = decoded;
  let sum = 0;
  data.forEach((v, i) => {
    sum += (pqEncode(v * nitsPerUnit!) - pqEncode(original.data[i]! * nitsPerUnit!)) ** 2;
  });
  return Math.sqrt(sum / data.length);
}

describe('a picture through the real networks', () => {
  const picture = scene(200, 120);

  test('each layer lowers the error', async () => {
    const file = await encode(picture, { layers: 4 }, { networks, jpeg });
    const layout = readLayout(file);
    expect(layout.kind === 'layered' && layout.layers.length).toBe(4);
    const errors: number[] = [];
    for (let layers = 0; layers <= 4; layers++) {
      errors.push(pqError(picture, await decode(file, { layers, post: false }, { networks, jpeg })));
    }
    for (let k = 1; k <= 4; k++) expect(errors[k]).toBeLessThan(errors[k - 1]!);
  });

  test('of one pixel, and of a narrow strip', async () => {
    for (const [width, height] of [
      [1, 1],
      [3, 70],
    ] as const) {
      const small = scene(width, height);
      const file = await encode(small, { layers: 2 }, { networks, jpeg });
      const base = pqError(small, await decode(file, { layers: 0, post: false }, { networks, jpeg }));
      const all = await decode(file, { post: false }, { networks, jpeg });
      expect([all.width, all.height]).toEqual([width, height]);
      expect(pqError(small, all)).toBeLessThanOrEqual(base + 1e-7);
    }
  });
});

describe('tiles leave no seams', () => {
  const [height, width] = [256, 384];
  const whole = { tile: 4096, overlap: { encoder: 0, decoder: 0, post: 0 } };
  /** The model's own halos around smaller cores, so that a small picture has edges between tiles. */
  const tiled = () => ({ ...networks.model.geometry, tile: 128 });

  function smooth(): Planes {
    const planes = createPlanes(3, height, width);
    const next = random(5);
    for (let i = 0; i < planes.data.length; i++) {
      const [y, x] = [Math.trunc(i / width) % height, i % width];
      planes.data[i] = 0.5 + 0.3 * Math.sin(x / 23) * Math.cos(y / 17) + 0.05 * (next() - 0.5);
    }
    return planes;
  }

  function largest(a: Float32Array, b: Float32Array): number {
    return a.reduce((worst, v, i) => Math.max(worst, Math.abs(v - b[i]!)), 0);
  }

  test('residual encoder: the same code but for values on the threshold', async () => {
    const residual = smooth();
    for (let i = 0; i < residual.data.length; i++) residual.data[i]! -= 0.5;
    const a = await encodeResidual(residual, 2, networks, tiled());
    const b = await encodeResidual(residual, 2, networks, whole);
    expect(a.reduce((sum, bit, i) => sum + Math.abs(bit - b[i]!), 0)).toBeLessThan(a.length / 2000);
  });

  test('residual decoder: the same residual', async () => {
    const next = random(6);
    const code = Uint8Array.from({ length: (32 * height * width) / 256 }, () => (next() < 0.3 ? 1 : 0));
    const decoded = async (geometry: TileGeometry) => {
      const out = createPlanes(3, height, width);
      await decodeResidual(code, out, networks, geometry, (row, start) => {
        out.data.set(row, start);
      });
      return out.data;
    };
    expect(largest(await decoded(tiled()), await decoded(whole))).toBeLessThan(1e-5);
  });

  test('post-processing: the same picture, within what no display shows', async () => {
    const a = await postProcess(smooth(), networks, tiled());
    const b = await postProcess(smooth(), networks, whole);
    expect(largest(a.data, b.data)).toBeLessThan(1e-3);
  });
});
