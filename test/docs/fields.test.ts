import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fieldDocs } from '../../translate/field-docs.ts';
import { root } from './pages.ts';

it('docs/mesh/mesh-targets.md has the table of all fields and mesh targets; npm run fields writes it', () => {
  const text = readFileSync(join(root, 'docs/mesh/mesh-targets.md'), 'utf8');
  expect(text.endsWith(`\n## Fields\n\n${fieldDocs()}`)).toBe(true);
});
