import { expect, test } from 'vitest';
import { capFreshness } from '../../../src/delivery/freshness.ts';

test.each([
  ['public, max-age=3600, stale-while-revalidate=86400', 60, 'public, max-age=60'],
  ['public, max-age=5', 60, 'public, max-age=5'],
  ['Max-Age="3600", S-MAXAGE=7200, stale-if-error=1', 60.9, 'Max-Age=60, S-MAXAGE=60'],
  ['public, max-age=3600', -3, 'public, max-age=0'],
  ['no-store', 60, 'no-store'],
  ['public,, immutable', 60, 'public, immutable'],
])('%s, for %d s at most, is %s', (field, seconds, capped) => {
  expect(capFreshness(field, seconds)).toBe(capped);
});
