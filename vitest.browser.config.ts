import { defineConfig } from 'vitest/config';

/** What needs a Chromium or a Firefox: `CHROMIUM` and `FIREFOX` name their executables. Where there is none, these tests fail. */
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
