import { readFileSync, writeFileSync } from 'node:fs';
import { fieldDocs } from './field-docs.ts';

/** Writes the table of all fields into docs/mesh/mesh-targets.md, below its heading. */
const path = new URL('../docs/mesh/mesh-targets.md', import.meta.url);
const heading = '\n## Fields\n';
const text = readFileSync(path, 'utf8');
writeFileSync(path, `${text.slice(0, text.indexOf(heading) + heading.length)}\n${fieldDocs()}`);
