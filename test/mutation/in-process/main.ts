/**
 * Every mutant of some files is tried by the tests that reach it, in one process for each test file:
 * `npm run test:all-mutants -- --files shared/mesh/plan --tests test/mesh/plan,test/mesh`
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { instrument, mutatedFiles } from '../mutants.ts';
import { append, readLog } from './log.ts';
import { reportOf } from './report.ts';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: 'shared,relay' },
    tests: { type: 'string', default: 'test' },
    name: { type: 'string', default: 'all' },
    resume: { type: 'boolean', default: false },
  },
});
const folder = `.stryker/${values.name}`;
const log = `${folder}/log.jsonl`;
const names = mutatedFiles().filter((name) => isUnder(name, values.files.split(',')));

if (!values.resume) rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/files.json`, JSON.stringify(names));
for (const part of values.tests.split(',')) runAll(testsOf(part));
for (const line of reportOf((await instrument(names)).mutants, readLog(log))) console.log(line);

/**
 * A process that a mutant held up is killed: its files run again, without that mutant. A file whose process ends early for
 * another reason is left out.
 */
function runAll(tests: readonly string[]): void {
  for (let before = -1; ; ) {
    const { done, hung } = readLog(log);
    const left = tests.filter((test) => !done.has(test));
    const progress = done.size + hung.size;
    const [first] = left;
    if (first === undefined) return;
    if (progress === before)
      append(log, [
        ['failed', `${first} as a whole`],
        ['done', first],
      ]);
    before = progress;
    const args = ['run', '--config', 'test/mutation/in-process/vitest.config.ts', '--reporter=dot', ...left];
    const env = { ...process.env, MUTANTS_LOG: log, MUTANTS_FILES: `${folder}/files.json` };
    spawnSync('vitest', args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

function testsOf(part: string): readonly string[] {
  const exclude = ['**/*.slow.test.ts', 'test/{chaos,deploy,docs,end-to-end,fuzz,growth,page,soak}/**'];
  return globSync(part.endsWith('.ts') ? part : `${part}/**/*.test.ts`, { exclude }).sort();
}

function isUnder(name: string, parts: readonly string[]): boolean {
  return parts.some((part) => name === part || name.startsWith(`${part}/`));
}
