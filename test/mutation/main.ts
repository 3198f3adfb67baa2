/**
 * Runs Stryker on a random sample of all mutants, which are too many for one machine:
 * `npm run test:mutants -- --sample 1/30 --seed 7`
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { randomOf } from '../pacing/random.ts';
import { instrument, mutatedFiles } from './mutants.ts';
import { rangeOf, sampleOf } from './sample.ts';

const { values } = parseArgs({
  options: { sample: { type: 'string', default: '1/30' }, seed: { type: 'string', default: '1' } },
});
const [part = 1, whole = 1] = values.sample.split('/').map(Number);

const { mutants } = await instrument(mutatedFiles());
const sample = sampleOf(mutants, part / whole, randomOf(Number(values.seed)));
console.log(`seed ${values.seed}: ${values.sample} of ${mutants.length} mutants`);
const { status } = spawnSync('stryker', ['run', '--mutate', sample.map(rangeOf).join(',')], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
