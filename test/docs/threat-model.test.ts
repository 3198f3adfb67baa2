import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './pages.ts';

const page = readFileSync(join(root, 'docs/threat-model.md'), 'utf8');
const cited = /\[[\w.-]+\]\(\.\.\/(test\/[\w./-]+)\): "([^"]+)"/g;

it('docs/threat-model.md names a test for each attempt, but those on what is built of packages', () => {
  const [described = ''] = page.split('## Dependencies and build');
  const attempts = described
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| attempt |'))
    .filter((line) => !/^\| \S+ \|$/.test(line));
  expect(attempts.length).toBeGreaterThan(20);
  expect(attempts.filter((line) => line.match(cited) === null)).toEqual([]);
});

it('each test that docs/threat-model.md names is there', () => {
  const missing = [...page.matchAll(cited)].filter(([, file = '', title = '']) => {
    const text = readFileSync(join(root, file), 'utf8').replaceAll('\\', '');
    return !text.includes(title);
  });
  expect(missing.map(([text]) => text)).toEqual([]);
});
