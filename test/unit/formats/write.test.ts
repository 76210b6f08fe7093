import { FloatType } from 'three';
import { EXRLoader } from 'three/examples/jsm/loaders/EXRLoader.js';
import { describe, expect, it } from 'vitest';
import { read, write } from '../../../src/formats/index.ts';
import { picture } from './pictures.ts';

const scene = picture(23, 35, (x, y, c) => 2 ** ((x - y) / 3 + c));

describe('write', () => {
  it('writes OpenEXR that comes back exactly, also by three', async () => {
    const bytes = await write(scene, 'exr');
    expect((await read(bytes)).data).toEqual(scene.data);
    const loader = new EXRLoader();
    loader.type = FloatType;
    const { data } = loader.parse(bytes.buffer as ArrayBuffer) as { data: Float32Array };
    expect(data[(34 * 23 + 5) * 4 + 1]).toBe(scene.data[5 * 3 + 1]);
  });

  it.each(['exr', 'hdr'] as const)('%s keeps the primaries', async (kind) => {
    const bytes = await write({ ...scene, primaries: 'display-p3' }, kind);
    expect((await read(bytes)).primaries).toBe('display-p3');
  });

  it.each([
    ['run-length encoded', 23],
    ['flat, for narrow pictures', 7],
  ])('writes Radiance within half a mantissa step, %s', async (_, width) => {
    const wide = picture(width, 20, (x, y, c) => (y < 5 ? 0.3 : 2 ** (x - y + c)));
    const { data } = await read(await write(wide, 'hdr'));
    for (let i = 0; i < data.length; i += 3) {
      const peak = Math.max(...wide.data.subarray(i, i + 3));
      for (let c = 0; c < 3; c++)
        expect(Math.abs(data[i + c]! - wide.data[i + c]!)).toBeLessThanOrEqual(peak / 254);
    }
  });

  it('writes runs and literals of every length', async () => {
    // Powers of two are exact in RGBE, whatever the runs.
    let state = 1;
    const samples = Array.from({ length: 3000 }, () => (state = (state * 48271) % 0x7fffffff));
    const runs = picture(1000, 3, (x, y) => 2 ** (samples[Math.floor(x / (1 + 3 ** y)) + y * 1000]! % 4));
    expect((await read(await write(runs, 'hdr'))).data).toEqual(runs.data);
    const long = picture(1000, 1, (x) => (x < 600 ? 1 : 2 ** (x % 3)));
    expect((await read(await write(long, 'hdr'))).data).toEqual(long.data);
  });

  it('writes black, and what is beyond the mantissas of Radiance', async () => {
    const extreme = picture(3, 1, (x) => [0, 1e-39, 3e38][x]!);
    const { data } = await read(await write(extreme, 'hdr'));
    expect([...data.slice(0, 3)]).toEqual([0, 0, 0]);
    expect(data[6]).toBeGreaterThan(1.6e38);
  });
});
