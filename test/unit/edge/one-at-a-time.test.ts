import { expect, test } from 'vitest';
import { OneAtATime } from '../../../src/edge/coalesce/one-at-a-time.ts';

test('ten thousand who ask at the same time are one piece of work, and all get its outcome', async () => {
  const gate = new OneAtATime<object>();
  let works = 0;
  const outcomes = await Promise.all(
    Array.from({ length: 10_000 }, () =>
      gate.run(async () => {
        works++;
        await Promise.resolve();
        return { works };
      }),
    ),
  );
  expect(works).toBe(1);
  expect(new Set(outcomes).size).toBe(1);
});

test('who asks when it is done has it done again, also after a failure', async () => {
  const gate = new OneAtATime<number>();
  expect(await gate.run(() => Promise.resolve(1))).toBe(1);
  const failing = [gate.run(() => Promise.reject(new Error('no'))), gate.run(() => Promise.resolve(2))];
  for (const outcome of await Promise.allSettled(failing)) expect(outcome.status).toBe('rejected');
  expect(await gate.run(() => Promise.resolve(3))).toBe(3);
});
