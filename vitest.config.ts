import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,conformance,runtime,integration}/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What is waited for comes at once, but on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    // Two cores: more workers than that only fight over ONNX Runtime's threads.
    maxWorkers: 2,
  },
});
