import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{test,packages}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What a test waits for comes within a second on a quiet machine; a busy one is no failure.
    expect: { poll: { timeout: 10_000 } },
  },
});
