import { describe, expect, test } from 'vitest';
import type { ModelDescription } from '../../../src/codec/networks.ts';
import { sessionNetworks, type OrtSession } from '../../../src/inference/session-networks.ts';

const model: ModelDescription = {
  id: 'small',
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
const networks = (run: Run) =>
  sessionNetworks(
    { Tensor },
    { encoder: session('encoder', run), decoder: session('decoder', run), post: session('post', run) },
    model,
    'cpu',
  );
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
