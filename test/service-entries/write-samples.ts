import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { entries, listings, options } from './plan/arbitraries.ts';
import { planOf } from './plan/fixtures.ts';

/**
 * Writes the ServiceEntries of random plans to a file, for Istio's own validation:
 *
 *   node test/service-entries/write-samples.ts FILE [SEED]
 */
const [file, seed = '1'] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: write-samples.ts FILE [SEED]');
const inputs = fc.record({ listing: listings, entries, options });
const planned = fc
  .sample(inputs, { numRuns: 500, seed: Number(seed) })
  .flatMap((input) => planOf(input).apply.map(({ entry }) => entry));
const objects = planned.map(({ name, labels, annotations, spec }, index) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'ServiceEntry',
  metadata: { namespace: `sample-${index}`, name, labels, annotations },
  spec,
}));
writeFileSync(file, objects.map((object) => `---\n${JSON.stringify(object)}\n`).join(''));
