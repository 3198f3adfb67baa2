import { globSync, readFileSync } from 'node:fs';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import config from '../../stryker.config.json' with { type: 'json' };

export type Instrumented = Awaited<ReturnType<Instrumenter['instrument']>>;

/** The files that are mutated, sorted: those of `stryker.config.json`. */
export function mutatedFiles(): readonly string[] {
  const included = config.mutate.filter((pattern) => !pattern.startsWith('!'));
  const excluded = config.mutate
    .filter((pattern) => pattern.startsWith('!'))
    .map((pattern) => pattern.slice(1));
  return globSync(included, { exclude: excluded }).sort();
}

/** The files with all their mutants in them, as Stryker finds them. The ids count from 0 in the order of the files. */
export async function instrument(names: readonly string[]): Promise<Instrumented> {
  const none = () => {};
  const no = () => false;
  const silent = {
    ...{ isTraceEnabled: no, isDebugEnabled: no, isInfoEnabled: no },
    ...{ isWarnEnabled: no, isErrorEnabled: no, isFatalEnabled: no },
    ...{ trace: none, debug: none, info: none, warn: none, error: none, fatal: none },
  };
  const files = names.map((name) => ({ name, mutate: true, content: readFileSync(name, 'utf8') }));
  const options = { plugins: null, excludedMutations: [], ignorers: [] };
  return await new Instrumenter(silent).instrument(files, options);
}
