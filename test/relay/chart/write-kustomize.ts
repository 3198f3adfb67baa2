import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kustomizeFiles, kustomizeFolder } from './kustomize.ts';

/** Writes relay/kustomize from the chart: `npm run relay:kustomize`. */
for (const [path, text] of Object.entries(kustomizeFiles())) {
  const file = join(kustomizeFolder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
