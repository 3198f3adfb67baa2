import { defineConfig } from 'vitest/config';
import { properties } from './test/explore/properties.ts';

const tests = '{test,packages}/**/*.test.ts';

/** Each file has the machine for itself: it starts the whole system, packages into one folder, or measures CPU time. */
const serial = ['test/{deploy/packaging,end-to-end,growth,page}/**/*.test.ts'];

/** Outside clients, processes, or more than a second or two of CPU time. */
const slow = ['test/{chaos,fuzz,soak}/**/*.test.ts', '{test,packages}/**/*.slow.test.ts'];

/** They load a handler with the environment of its function, or replace the clock: each file has its modules for itself. */
const isolated = [
  'test/{functions,lambda}/**/*.test.ts',
  'test/mesh/targets/app-mesh/adapter/*.test.ts',
  'test/**/*.clock.test.ts',
];

/**
 * `npm test` runs the projects `core` and `isolated`, `npm run test:all` runs all four. Each test file belongs to one of them by its folder
 * or name; one that nothing is said about belongs to the core. The files of the core share their modules, which are loaded once a worker:
 * a third less time.
 */
export default defineConfig({
  test: {
    ...properties,
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // What a test waits for comes within a second on a quiet machine; a busy one is no failure.
    expect: { poll: { timeout: 10_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'core',
          include: [tests],
          exclude: [...isolated, ...serial, ...slow],
          isolate: false,
          pool: 'threads',
        },
      },
      { extends: true, test: { name: 'isolated', include: isolated, exclude: slow } },
      { extends: true, test: { name: 'slow', include: slow, exclude: serial } },
      {
        extends: true,
        test: { name: 'serial', include: serial, fileParallelism: false, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
