import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exampleFaults } from './example-faults.ts';
import { fileFaults, linkFaults, scriptFaults } from './link-faults.ts';
import { filesOf, pageOf, pages, root } from './pages.ts';
import { checkedFiles, vocabularyFaults } from './vocabulary.ts';

const all = new Map(pages().map((page) => [page.path, page]));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const scriptNames = new Set(Object.keys(scripts));

describe.each([...all.keys()])('%s', (path) => {
  const page = all.get(path) ?? pageOf(path, '');

  it('a page links to files and headings that exist', () => {
    expect(linkFaults(page, all)).toEqual([]);
  });

  it('a page names files that exist', () => {
    expect(fileFaults(page)).toEqual([]);
  });

  it('a page names npm scripts that package.json has', () => {
    expect(scriptFaults(page, scriptNames)).toEqual([]);
  });

  it('a page has examples that parse and that the schemas accept', () => {
    expect(exampleFaults(page)).toEqual([]);
  });
});

it('README.md has at most 150 lines', () => {
  expect(all.get('README.md')?.text.split('\n').length).toBeLessThanOrEqual(151);
});

it('every page of docs/ can be reached from README.md', () => {
  const reached = new Set<string>();
  const pending = ['README.md'];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    for (const link of all.get(path)?.links ?? []) pending.push(join(path, '..', link.replace(/#.*/, '')));
  }
  expect([...all.keys()].filter((path) => path.startsWith('docs/') && !reached.has(path))).toEqual([]);
});

it('code names pages and headings of docs/ that exist', () => {
  const faults = filesOf('*.ts', '*.yml', '*.yaml', '.ci/*', ':!test/docs/').flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const links = [...text.matchAll(/\bdocs\/[\w/-]+\.md(?:#[\w-]+)?/g)].map(([link]) => link);
    return linkFaults({ ...pageOf('code', ''), links }, all).map((fault) => `${path}: ${fault}`);
  });
  expect(faults).toEqual([]);
});

it('no checked file has a word that must not come back', () => {
  const faults = filesOf(...checkedFiles).flatMap((path) =>
    vocabularyFaults(path, readFileSync(join(root, path), 'utf8')),
  );
  expect(faults).toEqual([]);
});

/** Each kind of fault, planted. */
describe('the checks', () => {
  const planted = (text: string) => pageOf('docs/planted.md', text);

  it.each([
    ['[x](no-such-page.md)', 'no file docs/no-such-page.md'],
    ['[x](events.md#no-such-heading)', 'docs/events.md has no heading #no-such-heading'],
    ['[x](#nowhere)', 'no file docs/planted.md'],
  ])('the checks find the broken link %s', (text, fault) => {
    expect(linkFaults(planted(text), all).join()).toContain(fault);
  });

  it.each([
    '`deploy/no-such-file.ts`',
    '`shared/nowhere/`',
    '```sh\nkubectl apply -f deploy/nothing.yml\n```',
  ])('the checks find a file that does not exist in %s', (text) => {
    expect(fileFaults(planted(text))).toHaveLength(1);
  });

  it('the checks find an npm script that does not exist', () => {
    expect(scriptFaults(planted('`npm run nothing`'), scriptNames)).toHaveLength(1);
  });

  it.each([
    ['```json\n{ "a": 1,, }\n```'],
    ['```yaml\na: [1\n```'],
    ['```yaml\nclusters:\n  - name: a\n    cloudmap: {}\n```'],
    ['`{"cluster":"a",}`'],
    ['```sh\nif true; echo\n```'],
    [`\`\`\`sh\naws lambda invoke --function-name resync --payload '{"cluster":"a","dryrun":true}'\n\`\`\``],
    [
      `\`\`\`sh\nprintf %s '{"cluster":"a","dryrun":true}' | aws lambda invoke --function-name resync\n\`\`\``,
    ],
  ])('the checks find the wrong example %j', (text) => {
    expect(exampleFaults(planted(text))).toHaveLength(1);
  });

  it.each([
    'what the object was told',
    'messages are put aside',
    'keeps Cloud Map true about pods',
    'the message will come again',
    'the kind `unseen`',
  ])('the checks find the word in "%s"', (text) => {
    expect(vocabularyFaults('docs/planted.md', text)).toHaveLength(1);
  });

  it('the checks leave out what is exempt, and count its lines', () => {
    const text = '<!-- vocabulary: off -->\ntold\n<!-- vocabulary: on -->\ntold';
    expect(vocabularyFaults('a.md', text)).toEqual([expect.stringContaining('a.md:4: "told"')]);
  });
});
