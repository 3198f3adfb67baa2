import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Block, pageOf, root } from '../../docs/pages.ts';

/** The commands of a runbook page, as they are printed. */
export interface Runbook {
  /** Of the section "First check", in their order. */
  readonly check: readonly string[];
  /** Of the section "Try it in the playground". */
  readonly provoke: string;
  readonly remedy: string;
}

export function runbookOf(id: string): Runbook {
  const path = `docs/runbooks/${id}.md`;
  const text = readFileSync(join(root, path), 'utf8');
  const commands = (title: string) =>
    section(path, text, title)
      .filter(({ language }) => language === 'sh')
      .map((block) => block.text);
  const [provoke = '', remedy = ''] = commands('Try it in the playground');
  return { check: commands('First check'), provoke, remedy };
}

function section(path: string, text: string, title: string): readonly Block[] {
  const [, after = ''] = text.split(`\n## ${title}\n`);
  return pageOf(path, after.split('\n## ')[0] ?? '').blocks;
}
