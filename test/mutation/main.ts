/**
 * Runs Stryker on a random sample of all mutants, which are too many for one machine:
 * `npm run test:mutants -- --sample 1/30 --seed 7`
 */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import config from '../../stryker.config.json' with { type: 'json' };
import { randomOf } from '../pacing/random.ts';
import { type Mutant, rangeOf, sampleOf } from './sample.ts';

const { values } = parseArgs({
  options: { sample: { type: 'string', default: '1/30' }, seed: { type: 'string', default: '1' } },
});
const [part = 1, whole = 1] = values.sample.split('/').map(Number);

const mutants = await mutantsOf(filesOf(config.mutate));
const sample = sampleOf(mutants, part / whole, randomOf(Number(values.seed)));
console.log(`seed ${values.seed}: ${values.sample} of ${mutants.length} mutants`);
const { status } = spawnSync('stryker', ['run', '--mutate', sample.map(rangeOf).join(',')], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;

function filesOf(patterns: readonly string[]): readonly string[] {
  const included = patterns.filter((pattern) => !pattern.startsWith('!'));
  const exclude = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  return globSync(included, { exclude }).sort();
}

/** As Stryker itself finds them. */
async function mutantsOf(names: readonly string[]): Promise<readonly Mutant[]> {
  const none = () => {};
  const no = () => false;
  const silent = {
    ...{ isTraceEnabled: no, isDebugEnabled: no, isInfoEnabled: no },
    ...{ isWarnEnabled: no, isErrorEnabled: no, isFatalEnabled: no },
    ...{ trace: none, debug: none, info: none, warn: none, error: none, fatal: none },
  };
  const files = names.map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') }));
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  return (await new Instrumenter(silent).instrument(files, options)).mutants;
}
