import { describe, expect, test } from 'vitest';
import type { Glow2026Description, Han2020Description } from '../../../src/codec/networks.ts';
import { NETWORK_NAMES, type NetworkName } from '../../../src/inference/manifest.ts';
import { sessionNetworks, type OrtSession } from '../../../src/inference/session-networks.ts';

const model: Han2020Description = {
  id: 'small',
  family: 'han2020',
  digest: new Uint8Array(32),
  codeChannels: 32,
  stride: 16,
  geometry: { tile: 64, overlap: { encoder: 32, decoder: 48, post: 64 } },
};

class Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
  constructor(_: 'float32', data: Float32Array, dims: readonly number[]) {
    this.data = data;
    this.dims = dims;
  }
}
type Run = OrtSession<Tensor>['run'];

const released: string[] = [];
const session = (name: string, run: Run): OrtSession<Tensor> => ({
  run,
  release: () => Promise.resolve(void released.push(name)),
});
const sessions = (names: readonly NetworkName[], run: Run) =>
  new Map(names.map((name) => [name, session(name, run)] as const));

function networks(run: Run) {
  const loaded = sessionNetworks({ Tensor }, sessions(NETWORK_NAMES.han2020, run), model, 'cpu');
  if (loaded.family !== 'han2020') throw new Error(`made for ${loaded.family}`);
  return loaded;
}
const picture = { data: new Float32Array(3 * 32 * 16), dims: [1, 3, 32, 16] as const };

describe('networks made of sessions', () => {
  test('run one after the other, even past one that fails', async () => {
    const running = { now: 0, most: 0, calls: 0 };
    const small = networks(async ({ picture }) => {
      running.most = Math.max(running.most, ++running.now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running.now--;
      if (++running.calls === 2) throw new Error('out of memory');
      return { restored: picture! };
    });
    const results = await Promise.allSettled([1, 2, 3].map(() => small.post(picture)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(running.most).toBe(1);
  });

  test.each([
    ['nothing', {}],
    ['another shape', { code: new Tensor('float32', new Float32Array(32), [1, 32, 1, 1]) }],
    ['another type', { code: { data: new Uint8Array(64), dims: [1, 32, 2, 1] } }],
  ])('refuse %s as output', async (_, output) => {
    const small = networks(() => Promise.resolve(output));
    await expect(small.encode(picture)).rejects.toMatchObject({ code: 'model_output_invalid' });
  });

  test('release every session, once the last run is over', async () => {
    released.length = 0;
    const small = networks(async ({ picture }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(released).toEqual([]);
      return { restored: picture! };
    });
    await Promise.all([small.post(picture), small.release()]);
    expect(released).toEqual(['encoder', 'decoder', 'post']);
  });
});

describe('networks of glow2026', () => {
  const glow: Glow2026Description = {
    id: 'glow',
    family: 'glow2026',
    digest: new Uint8Array(32),
    stride: 8,
    geometry: { tile: 64, overlap: { encoder: 0, decoder: 0, post: 16 } },
  };
  function glowNetworks(run: Run) {
    const loaded = sessionNetworks({ Tensor }, sessions(NETWORK_NAMES.glow2026, run), glow, 'cpu');
    if (loaded.family !== 'glow2026') throw new Error(`made for ${loaded.family}`);
    return loaded;
  }

  test('give picture and noise to one network', async () => {
    const noise = { ...picture, data: new Float32Array(picture.data.length).fill(0.25) };
    const loaded = glowNetworks((feeds) => {
      expect(Object.keys(feeds)).toEqual(['picture', 'noise']);
      expect(feeds.picture!.data).toBe(picture.data);
      return Promise.resolve({ restored: feeds.noise! });
    });
    expect(loaded.model).toBe(glow);
    expect(await loaded.enhance(picture, noise)).toEqual(noise);
    released.length = 0;
    await loaded.release();
    expect(released).toEqual(['enhance']);
  });

  test('refuse another shape than the picture’s', async () => {
    const restored = new Tensor('float32', new Float32Array(192), [1, 3, 8, 8]);
    const loaded = glowNetworks(() => Promise.resolve({ restored }));
    await expect(loaded.enhance(picture, picture)).rejects.toMatchObject({ code: 'model_output_invalid' });
  });
});
