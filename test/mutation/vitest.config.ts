import { defineConfig } from 'vitest/config';

/** The suites that mutants are run against: those without processes, sockets and outside clients. */
export default defineConfig({
  test: {
    include: ['test/{unit,scenario,state,explain,mesh,property,pacing,statuses,readers}/**/*.test.ts'],
    exclude: ['test/unit/readme.test.ts'],
    testTimeout: 30_000,
  },
});
