import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManifestError, manifestText, placeText } from '../../../playground/manifests/manifest.ts';
import { readManifests } from '../../../playground/manifests/read-manifests.ts';
import { UsageError } from '../../../playground/usage-error.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifests-'));
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** `shop.yaml:12 (document 2): Pod n/a` */
function read(...paths: string[]): readonly string[] {
  return readManifests(paths).map(
    ({ manifest, place }) => `${placeText(place).replace(`${folder}/`, '')}: ${manifestText(manifest)}`,
  );
}

function faultsIn(...paths: string[]): string {
  try {
    readManifests(paths);
  } catch (error) {
    if (error instanceof ManifestError) return error.message.replaceAll(`${folder}/`, '');
    throw error;
  }
  return 'no fault';
}

const pod = (name: string) => `{ apiVersion: v1, kind: Pod, metadata: { name: ${name} } }`;

describe('manifests of a file', () => {
  it('reads every document, and names its line and number without empty documents', () => {
    const text = `# Source: chart/a.yaml\n${pod('a')}\n---\n# nothing\n---\n\n${pod('b')}\n`;
    expect(read(file('a.yaml', text))).toEqual([
      'a.yaml:2 (document 1): Pod a',
      'a.yaml:7 (document 2): Pod b',
    ]);
  });

  it('reads the items of a List, and those of a typed list, which may leave out their type', () => {
    const text = [
      'apiVersion: v1',
      'kind: List',
      'items:',
      `- ${pod('a')}`,
      '- kind: PodList',
      '  apiVersion: v1',
      '  items:',
      '  - metadata: { name: b, namespace: shop }',
      '---',
      'apiVersion: v1',
      'kind: ConfigMapList',
      'items: []',
    ].join('\n');
    expect(read(file('list.yaml', text))).toEqual([
      'list.yaml:4 (document 1): Pod a',
      'list.yaml:8 (document 1): Pod shop/b',
    ]);
    expect(readManifests([join(folder, 'list.yaml')])[1]?.manifest).toMatchObject({ apiVersion: 'v1' });
  });

  it('reads JSON, also with tabs and a byte order mark', () => {
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } }, null, '\t');
    expect(read(file('a.json', `\uFEFF${text}\n`))).toEqual(['a.json:1 (document 1): Pod a']);
  });

  it('reads booleans and numbers as kubectl does', () => {
    const text = `${pod('a').slice(0, -1)}, spec: { a: on, b: "on", c: 0o12, d: 1_000, e: 22:22, f: 2001-01-01 } }`;
    expect(readManifests([file('a.yaml', text)])[0]?.manifest).toMatchObject({
      spec: { a: true, b: 'on', c: 10, d: 1000, e: '22:22', f: '2001-01-01' },
    });
  });

  it('takes metadata.generateName in place of a name', () => {
    expect(read(file('a.yaml', '{ apiVersion: v1, kind: Pod, metadata: { generateName: a- } }'))).toEqual([
      'a.yaml:1 (document 1): Pod a-…',
    ]);
  });

  it('names every fault of every file with its line', () => {
    const text = [
      'apiVersion: v1\nkind: Pod\nmetadata: { labels: {} }',
      'a: [1',
      'apiVersion: v1\nkind: Pod\nkind: Service\nmetadata: { name: a }',
      'kind: Pod\nmetadata: { name: yes, namespace: n }',
      '- 1',
    ].join('\n---\n');
    expect(faultsIn(file('a.yaml', text), file('b.yaml', `${pod('b')}\n---\nkind: Pod\n`))).toBe(
      [
        'a.yaml:1 (document 1): Pod: metadata.name is missing',
        'a.yaml:6: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
        'a.yaml:9: the key kind is there twice; kubectl would use the last one',
        'a.yaml:12 (document 4): Pod: apiVersion is missing; metadata.name: expected a text; found yes, which YAML reads as the boolean true: put it in quotes: "yes"; metadata.namespace: expected a text; found n, which YAML reads as the boolean false: put it in quotes: "n"',
        'a.yaml:15 (document 5): this is not an object of Kubernetes; expected apiVersion, kind and metadata',
        'b.yaml:3 (document 2): Pod: apiVersion is missing; metadata.name is missing',
      ].join('\n'),
    );
  });

  it('says how to replace variables, if that may be the fault', () => {
    const text = pod(`\${${'NAME'}}`);
    expect(faultsIn(file('a.yaml', text))).toMatch(
      /^a\.yaml has variables\. To replace variables by those of the environment: --substitute NAME\na\.yaml:1: not valid YAML: /,
    );
  });

  it('does not take a kustomization as a manifest', () => {
    expect(() => read(file('kustomization.yaml', 'resources: [a.yaml]'))).toThrow(
      /kustomization\.yaml is a kustomization; give its folder instead of the file$/,
    );
  });
});

describe('manifests of a folder', () => {
  it('reads its files *.yaml, *.yml and *.json by name, and not those of its folders', () => {
    for (const name of ['b.yml', 'a.yaml', 'c.json'])
      file(name, pod(name[0] ?? '').replaceAll(/(\w+)/g, '"$1"'));
    file('d.txt', 'no manifest');
    mkdirSync(join(folder, 'e.yaml'));
    expect(read(folder)).toEqual([
      'a.yaml:1 (document 1): Pod a',
      'b.yml:1 (document 1): Pod b',
      'c.json:1 (document 1): Pod c',
    ]);
  });

  it('says what a folder without manifests is', () => {
    expect(() => read(folder)).toThrow(new UsageError(`${folder} has no file *.yaml, *.yml or *.json`));
    file('Chart.yaml', 'name: shop');
    expect(() => read(folder)).toThrow(`render it: helm template ${folder} | npm start -- --manifest -`);
  });

  it('says that a kustomization needs kubectl if there is none', () => {
    file('kustomization.yaml', 'resources: []');
    const { PATH } = process.env;
    process.env.PATH = folder;
    expect(() => read(folder)).toThrow(/is a kustomization, which needs kubectl: .*ENOENT/);
    process.env.PATH = PATH;
  });
});

it.each(['', '# helm failed\n', '---\n---\n'])('an input without an object is refused: %j', (text) => {
  const path = file('empty.yaml', text);
  expect(() => read(path)).toThrow(
    new ManifestError(`${path}: no object found; expected one Kubernetes object at least`),
  );
});

/** Nine aliases of nine aliases, and so on: two kilobytes that stand for gigabytes. */
const bomb = [
  'a: &a [x, x]',
  ...[...'bcdefghi'].map((name, index) => {
    const aliases = Array(9).fill(`*${'abcdefgh'[index]}`);
    return `${name}: &${name} [${aliases.join(', ')}]`;
  }),
].join('\n');

describe('aliases of aliases', () => {
  it('are refused with the file, whatever they would stand for, beside the faults of others', () => {
    const fault = 'a.yaml:1 (document 1): not valid YAML: Excessive alias count';
    expect(faultsIn(file('a.yaml', bomb), file('b.yaml', '{'))).toContain(fault);
  });
});
