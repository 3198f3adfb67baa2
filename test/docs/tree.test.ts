import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, root } from './pages.ts';

const maxFiles = 20;
const maxLines = 300;
const code = ['ts', 'js', 'cjs', 'mjs', 'css', 'go', 'py', 'sh'].map((ending) => `*.${ending}`);

describe('the tree', () => {
  it(`a folder has at most ${maxFiles} files side by side`, () => {
    const folders = Object.entries(Object.groupBy(filesOf(), (path) => dirname(path)));
    const sizes = folders.map(([folder, files = []]) => ({ folder, files: files.length }));
    expect(sizes.filter(({ files }) => files > maxFiles)).toEqual([]);
  });

  it(`a file of code has at most ${maxLines} lines`, () => {
    const lengths = filesOf(...code).map((path) => ({
      path,
      lines: readFileSync(join(root, path), 'utf8').trimEnd().split('\n').length,
    }));
    expect(lengths.length).toBeGreaterThan(1_000);
    expect(lengths.filter(({ lines }) => lines > maxLines)).toEqual([]);
  });
  it('the table of folders in docs/architecture.md names each folder, and each of shared/', () => {
    const folders = filesOf().flatMap((path) => /^(?:shared\/)?[a-z][\w-]*\//.exec(path) ?? []);
    const page = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
    const named = new Set([...page.matchAll(/^\| \[`([^`]+)`\]/gm)].map(([, folder = '']) => folder));
    expect([...new Set(folders)].filter((folder) => !named.has(folder))).toEqual([]);
  });

  it('a test that replaces the clock has its modules for itself: others would wait for its time', () => {
    const replacing = filesOf('*.test.ts').filter((path) =>
      readFileSync(join(root, path), 'utf8').includes('.useFake' + 'Timers('),
    );
    const alone =
      /(\.(clock|slow)\.test\.ts$)|^test\/(functions|lambda|soak)\/|^test\/mesh\/targets\/app-mesh\/adapter\//;
    expect(replacing.length).toBeGreaterThan(5);
    expect(replacing.filter((path) => !alone.test(path))).toEqual([]);
  });

  it('a file for Node does not see what only a browser has', () => {
    // @ts-expect-error: only what tsconfig.browser.json includes has the types of the DOM.
    expect(typeof document).toBe('undefined');
  });
});
