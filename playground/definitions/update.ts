import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { shortened } from './shortened.ts';
import { type Source, sources } from './sources.ts';

/** `npm run definitions` writes the folders of `sources` again, from the Go module proxy. */
for (const source of sources) writeFolder(source);

function writeFolder(source: Source): void {
  const module = downloaded(source);
  const found = source.paths.flatMap((path) => definitionsIn(module, path));
  const folder = join(import.meta.dirname, source.folder);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const name of source.names) {
    const { path, definition } = found.find((each) => each.definition.metadata.name === name) ?? {};
    if (!definition) throw new Error(`${name} not found in ${source.module} ${source.version}`);
    const [plural = '', ...group] = name.split('.');
    const heading =
      `# From ${source.module} ${source.version}, ${path}, under the Apache License 2.0; descriptions removed.\n` +
      '# Made by `npm run definitions`.\n';
    writeFileSync(
      join(folder, `${group.join('.')}_${plural}.yaml`),
      heading + stringify(shortened(definition), { lineWidth: 0 }),
    );
  }
}

/** The folder of the module's files. Go checks their sum against its checksum database. */
function downloaded({ module, version }: Source): string {
  const args = ['mod', 'download', '-json', `${module}@${version}`];
  const text = execFileSync('go', args, { cwd: tmpdir(), encoding: 'utf8' });
  return (JSON.parse(text) as { Dir: string }).Dir;
}

interface Definition {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

interface Found {
  /** Of its file in the module. */
  readonly path: string;
  readonly definition: Definition;
}

function definitionsIn(module: string, path: string): Found[] {
  const file = join(module, path);
  if (statSync(file).isDirectory())
    return readdirSync(file).flatMap((name) => definitionsIn(module, join(path, name)));
  return parseAllDocuments(readFileSync(file, 'utf8'))
    .map((document) => document.toJS() as Definition | null)
    .filter((object) => object?.kind === 'CustomResourceDefinition')
    .filter((object) => object !== null)
    .map((definition) => ({ path, definition }));
}
