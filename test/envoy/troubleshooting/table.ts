import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../docs/pages.ts';

/** A row of docs/mesh/troubleshooting.md. */
export interface DocumentedRow {
  /** What Envoy says. */
  readonly text: string;
  /** What else is said then, by the client's answer. */
  readonly received: readonly string[];
}

/** The rows of all tables with a column that a real Envoy must say. */
export function documentedRows(): readonly DocumentedRow[] {
  const page = readFileSync(join(root, 'docs/mesh/troubleshooting.md'), 'utf8');
  const tables = page.split(/\n\n+/).filter((block) => block.startsWith('| '));
  return tables.flatMap((table) => {
    const [titles = [], , ...rows] = table.trim().split('\n').map(cellsOf);
    const codesIn = (cells: readonly string[], title: string) => {
      const cell = cells[titles.indexOf(title)] ?? '';
      return [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);
    };
    return rows.flatMap((cells) =>
      codesIn(cells, 'Envoy says').map((text) => ({ text, received: codesIn(cells, 'the client gets') })),
    );
  });
}

function cellsOf(row: string): readonly string[] {
  return row
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());
}
