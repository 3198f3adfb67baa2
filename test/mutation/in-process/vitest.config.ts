import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { instrument } from '../mutants.ts';

const files: readonly string[] = JSON.parse(readFileSync(process.env.MUTANTS_FILES ?? '', 'utf8'));
const instrumented = new Map((await instrument(files)).files.map(({ name, content }) => [name, content]));

/** Tests with instrumented code, each file in a process of its own: what a mutant leaves behind ends with it. */
export default defineConfig({
  plugins: [
    {
      name: 'mutants',
      enforce: 'pre',
      transform: (_, id) => instrumented.get(relative(process.cwd(), id)),
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/*.slow.test.ts'],
    runner: './test/mutation/in-process/runner.ts',
    setupFiles: ['./test/mutation/in-process/setup.ts'],
    pool: 'forks',
    maxWorkers: 1,
    // A cached module has the mutants of an earlier run, by other ids, or none.
    fsModuleCache: false,
    testTimeout: 0,
    expect: { poll: { timeout: 1000 } },
    dangerouslyIgnoreUnhandledErrors: true,
  },
});
