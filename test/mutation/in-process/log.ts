import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/**
 * What the workers have found so far, one JSON array a line: `covered` and `static` by the ids of mutants, `killed` by an id
 * and a test, `hung` by an id, `tried` by an id and the milliseconds that tests were run with it, `done` by a test file.
 */
export type Entry =
  | readonly ['covered' | 'static', readonly string[]]
  | readonly ['killed', id: string, test: string]
  | readonly ['hung', id: string]
  | readonly ['tried', id: string, milliseconds: number]
  | readonly ['failed' | 'poisoned', test: string]
  | readonly ['done', file: string];

export function append(file: string, entries: readonly Entry[]): void {
  appendFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
}

export interface Found {
  readonly covered: Set<string>;
  readonly static: Set<string>;
  readonly killed: Map<string, string>;
  readonly hung: Set<string>;
  readonly tried: Map<string, number>;
  readonly done: Set<string>;
  readonly failed: string[];
}

export function readLog(file: string): Found {
  const found: Found = {
    ...{ covered: new Set(), static: new Set(), killed: new Map(), hung: new Set() },
    ...{ tried: new Map(), done: new Set(), failed: [] },
  };
  if (!existsSync(file)) return found;
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) note(found, JSON.parse(line));
  return found;
}

function note(found: Found, entry: Entry): void {
  const [kind, subject] = entry;
  if (kind === 'covered' || kind === 'static') for (const id of subject) found[kind].add(id);
  else if (kind === 'killed') found.killed.set(subject, entry[2]);
  else if (kind === 'tried') found.tried.set(subject, (found.tried.get(subject) ?? 0) + entry[2]);
  else if (kind === 'hung' || kind === 'done') found[kind].add(subject);
  else found.failed.push(`${kind}: ${subject}`);
}
