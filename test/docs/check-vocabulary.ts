import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, root } from './pages.ts';
import { checkedFiles, vocabularyFaults } from './vocabulary.ts';

/** Part of `npm run lint`: prints each word that must not come back, with its place, and ends with status 1. */
const faults = filesOf(...checkedFiles).flatMap((path) =>
  vocabularyFaults(path, readFileSync(join(root, path), 'utf8')),
);
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);
