import { readFileSync } from 'node:fs';
import { versionFaults, versions } from './versions.ts';

/** `node deploy/release/main.ts v1.2.3` prints `version=1.2.3`, or what has another version and ends with 1. */
const [tag = ''] = process.argv.slice(2);
const root = new URL('../../', import.meta.url);
const faults = versionFaults(
  tag,
  versions((file) => readFileSync(new URL(file, root), 'utf8')),
);
for (const fault of faults) console.error(fault);
if (faults.length === 0) console.log(`version=${tag.slice(1)}`);
process.exitCode = faults.length === 0 ? 0 : 1;
