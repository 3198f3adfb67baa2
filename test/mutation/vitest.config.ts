import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import { properties } from '../explore/properties.ts';

/** Slow, and of code that is not mutated or that faster tests cover too: left out, unless for another check of survivors. */
const slow = [
  '**/*.{clock,slow}.test.ts',
  'test/adapters/{aws,kubernetes}/**',
  'test/relay/embedded-cluster.slow.test.ts',
  'test/lambda/compose/**',
];

/** A mutant is killed by the first test that fails: the quick ones first. */
class QuickFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]): ReturnType<BaseSequencer['sort']> {
    const rank = ({ moduleId }: { moduleId: string }) => {
      const at = ['/model/', '/plan/', '/explain/', '/scenario/', '/mesh/', '/adapters/'].findIndex((part) =>
        moduleId.includes(part),
      );
      return at < 0 ? 9 : at;
    };
    return [...files].sort((a, b) => rank(a) - rank(b));
  }
}

/** The suites that mutants are run against: those without processes and outside clients. */
export default defineConfig({
  test: {
    ...properties,
    include: [
      'test/{model,own-objects,pods,objects,mesh,service-entries,sweep,explain,report,pacing,adapters,scenario,property,relay}/**/*.test.ts',
    ],
    exclude: process.env.MUTATION_SLOW === undefined ? slow : [],
    isolate: false,
    sequence: { sequencer: QuickFirst },
    testTimeout: 30_000,
  },
});
