import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A commit after which the contract of events had changed, and where its code is. */
export interface Version {
  readonly commit: string;
  readonly what: string;
  readonly details: string;
  readonly parseEvent: string;
  readonly schemas: string;
}

const early = {
  details: 'relay/details.ts',
  parseEvent: 'shared/runtime/parse-event.ts',
  schemas: 'shared/model/event-schema.ts',
};
const late = {
  details: 'relay/watch/details.ts',
  parseEvent: 'shared/lambda/parse-event.ts',
  schemas: 'shared/model/events/schema.ts',
};

/** Oldest first. The first with a source of its own for each cluster is the oldest that can be deployed. */
export const versions: readonly Version[] = [
  { commit: 'e5ec855c', what: 'the source names the cluster', ...early },
  { commit: 'b6c41f53', what: 'instances to verify, superseded sightings', ...early },
  { commit: '00474193', what: 'kinds that a cluster does not serve', ...late },
  { commit: '685c1099', what: 'before correlation ids', ...late },
];

/** Whether this clone has the commit: a shallow one has not. */
export function hasCommit(commit: string): boolean {
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** The relay and the shared code of a commit, in a folder of its own, with today's packages. */
export function treeOf(commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), `version-${commit}-`));
  const archive = execFileSync('git', ['archive', commit, 'relay', 'shared', 'package.json'], {
    maxBuffer: 100_000_000,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Runs a module of the commit's tree: its default export of the input, as JSON. */
export function runIn(folder: string, source: string, input: unknown): unknown {
  const script = `${source}\nconst chunks = [];\nfor await (const chunk of process.stdin) chunks.push(chunk);\nconsole.log(JSON.stringify(await run(JSON.parse(Buffer.concat(chunks).toString()))));`;
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    input: JSON.stringify(input),
    encoding: 'utf8',
  });
  return JSON.parse(output);
}
