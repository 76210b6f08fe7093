import { describe, expect, test } from 'vitest';
import type { Glow2026Networks, Networks, Tensor } from '../../../src/codec/networks.ts';
import { guardedNetworks } from '../../../src/origin/guarded-networks.ts';
import { JobGuard } from '../../../src/origin/job-guard.ts';
import { linearNetworks } from '../codec/han2020/linear-networks.ts';

const picture: Tensor = { data: new Float32Array(3 * 16 * 16).fill(0.5), dims: [1, 3, 16, 16] };
const code: Tensor = { data: new Float32Array(32), dims: [1, 32, 1, 1] };
const glow: Glow2026Networks = {
  family: 'glow2026',
  model: {
    id: 'glow',
    family: 'glow2026',
    digest: new Uint8Array(32),
    stride: 8,
    geometry: { tile: 64, overlap: { encoder: 0, decoder: 0, post: 16 } },
  },
  enhance: (of, noise) => Promise.resolve({ ...of, data: of.data.map((v, i) => v + noise.data[i]!) }),
};

/** Every network of the model, run once. */
const runs = (networks: Networks): (() => Promise<Tensor>)[] =>
  networks.family === 'han2020'
    ? [() => networks.encode(picture), () => networks.decode(code), () => networks.post(picture)]
    : [() => networks.enhance(picture, picture)];

describe.each([linearNetworks(), glow])('the guarded networks of $family', (networks) => {
  test('answer what the networks answer', async () => {
    const guarded = guardedNetworks(networks, new JobGuard());
    expect(guarded.model).toBe(networks.model);
    const [expected, answers] = [runs(networks), runs(guarded)];
    for (const [i, run] of answers.entries()) expect(await run()).toEqual(await expected[i]!());
  });

  test('say that they run, and do not once the job is cancelled', async () => {
    const guard = new JobGuard();
    const running = runs(guardedNetworks(networks, guard)).map((run) => run());
    expect(guard.killable).toBe(false);
    await Promise.all(running);
    guard.cancel();
    expect(guard.killable).toBe(true);
    for (const run of runs(guardedNetworks(networks, guard))) {
      await expect(run()).rejects.toMatchObject({ code: 'job_cancelled' });
    }
  });
});
