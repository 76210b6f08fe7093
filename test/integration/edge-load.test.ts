import { expect, test } from 'vitest';
import { measureColdKey } from '../bench/edge/cold-key.ts';
import { measureHeap } from '../bench/edge/heap-use.ts';
import { measureHits } from '../bench/edge/hits.ts';

/** The load bench, small: that it measures, and that nothing but time depends on the load. */

test('many who ask for a cold key cause one rendering', async () => {
  expect(await measureColdKey(300, 100)).toMatchObject({ requests: 300, renders: 1 });
});

test.each(['bucket', 'cache'] as const)(
  'large files from the %s do not pass through the heap',
  async (from) => {
    const concurrent = 8;
    const { bytes, heap } = await measureHeap(from, concurrent);
    // Any copy of a single answer would show.
    expect(heap).toBeLessThan(bytes);
  },
);

test('hits are answered with the same bytes as by the others', async () => {
  const hits = await measureHits({ seconds: 1, rounds: 1, connections: 4, nginx: false });
  expect(hits.map(({ name }) => name)).toEqual(['afterglow', 'bare worker', 'ipx']);
  for (const { rate } of hits) expect(rate).toBeGreaterThan(0);
});
