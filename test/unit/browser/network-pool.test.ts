import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../../src/codec/networks.ts';
import { NetworkPool, type NetworkRunner } from '../../../src/browser/network/network-pool.ts';

const input: Tensor = { data: Float32Array.of(1), dims: [1, 1, 1, 1] };

/** Runs when it is told to. */
class Runner implements NetworkRunner {
  readonly begun: { finish: () => void; fail: () => void }[] = [];
  closed = false;

  run(): Promise<Tensor> {
    return new Promise((resolve, reject) => {
      this.begun.push({
        finish: () => {
          resolve(input);
        },
        fail: () => {
          reject(new Error('broken'));
        },
      });
    });
  }

  close(): void {
    this.closed = true;
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A pool of at most three, whose further runners are there when `arrive` is called; and runs that are asked of it. */
function pool(runs: number) {
  const first = new Runner();
  const starts: { arrive: (runner: Runner) => void; fail: () => void }[] = [];
  const tested = new NetworkPool(first, 3, () => {
    return new Promise((resolve, reject) => {
      starts.push({
        arrive: resolve,
        fail: () => {
          reject(new Error('no worker'));
        },
      });
    });
  });
  const asked = Array.from({ length: runs }, () => tested.run('enhance', [input]));
  return { first, starts, tested, asked };
}

describe('a pool of networks', () => {
  test('starts no other runner for one run at a time', async () => {
    const { first, starts, tested, asked } = pool(1);
    await settled();
    first.begun[0]!.finish();
    await asked[0];
    const again = tested.run('enhance', [input]);
    await settled();
    first.begun[1]!.finish();
    await again;
    expect(starts).toHaveLength(0);
  });

  test('starts others one by one while something waits, which take part when they are there', async () => {
    const { first, starts, asked } = pool(4);
    await settled();
    expect([first.begun.length, starts.length]).toEqual([1, 1]);
    const [second, third] = [new Runner(), new Runner()];
    starts[0]!.arrive(second);
    await settled();
    expect([second.begun.length, starts.length]).toEqual([1, 2]);
    starts[1]!.arrive(third);
    await settled();
    second.begun[0]!.finish();
    await settled();
    expect([first, second, third].map(({ begun }) => begun.length)).toEqual([1, 2, 1]);
    for (const runner of [first, second, third]) runner.begun.at(-1)!.finish();
    await expect(Promise.all(asked)).resolves.toHaveLength(4);
    expect(starts).toHaveLength(2);
  });

  test('does without one that cannot be started', async () => {
    const { first, starts, asked } = pool(2);
    await settled();
    starts[0]!.fail();
    await settled();
    first.begun[0]!.finish();
    await settled();
    first.begun[1]!.finish();
    await expect(Promise.all(asked)).resolves.toHaveLength(2);
  });

  test('lets one go that fails, and has its run done again', async () => {
    const { first, starts, asked } = pool(2);
    await settled();
    const second = new Runner();
    starts[0]!.arrive(second);
    await settled();
    second.begun[0]!.fail();
    first.begun[0]!.finish();
    await settled();
    expect(second.closed).toBe(true);
    first.begun[1]!.finish();
    await expect(Promise.all(asked)).resolves.toHaveLength(2);
  });

  test('fails as the first one does, which stays', async () => {
    const { first, tested, asked } = pool(1);
    await settled();
    first.begun[0]!.fail();
    await expect(asked[0]).rejects.toThrow('broken');
    const again = tested.run('enhance', [input]);
    await settled();
    first.begun[1]!.finish();
    await expect(again).resolves.toBe(input);
    expect(first.closed).toBe(false);
  });
});
