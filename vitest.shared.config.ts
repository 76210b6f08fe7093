import { defineConfig } from 'vitest/config';

/** Tests on the pictures of ../shared and against PyTorch: what only CI and developers have. A missing part fails. */
export default defineConfig({
  test: {
    include: ['test/shared/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    maxWorkers: 2,
  },
});
