import { clusterObjects } from './cluster-objects.ts';
import { helpText, parseOptions, UsageError } from './options.ts';
import { readDocuments } from './read-manifests.ts';
import { targetOf } from './targets.ts';
import { tableOf, yamlOf } from './text.ts';
import { translate } from './translation.ts';

/** The exit status. */
function run(args: readonly string[]): number {
  const options = parseOptions(args);
  if (options === undefined) {
    process.stdout.write(helpText);
    return 0;
  }
  const objects = clusterObjects(readDocuments(options.paths), options.paths);
  const {
    objects: translated,
    rows,
    notes,
    isRefused,
  } = translate(objects, targetOf(options), options.cluster);
  process.stdout.write(yamlOf(translated));
  process.stderr.write(notes.map((note) => `${note}\n`).join('') + tableOf(rows));
  return isRefused ? 1 : 0;
}

try {
  process.exitCode = run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
