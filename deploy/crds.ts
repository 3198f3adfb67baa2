import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitionFiles } from './definitions/definition-files.ts';

/** `npm run crds` writes the CustomResourceDefinitions that `kubectl apply -f deploy/crds` installs. */
const folder = join(import.meta.dirname, 'crds');
mkdirSync(folder, { recursive: true });
for (const { name, content } of definitionFiles()) writeFileSync(join(folder, name), content);
