import { defineConfig } from 'vitest/config';

/** What needs a Chromium: `CHROMIUM` names its executable. Where there is none, these tests fail. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // On a busy machine the second in which most things happen is not enough.
    expect: { poll: { timeout: 10_000 } },
    // A browser decoding in threads is several processes already.
    maxWorkers: 1,
  },
});
