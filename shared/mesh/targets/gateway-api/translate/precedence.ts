import { compareRanks } from '../../../routing/match.ts';
import { commonMatch, isSameMatch, type Match, rankOf } from './match.ts';

/** A match with what is done with its requests. */
export interface Row<Action = unknown> {
  readonly match: Match;
  readonly action: Action;
  /** Rows with the same text do the same. */
  readonly actionText: string;
  /** The object that the row is written to: among rows of one, their order decides if nothing else does. */
  readonly object: string;
  /** Whether it rewrites a prefix, which the Gateway API does for exact paths and `PathPrefix` only. */
  readonly rewritesPrefix: boolean;
}

/** Two rows in the order of App Mesh, of which the Gateway API would choose the second. */
export interface Conflict<R extends Row> {
  readonly first: R;
  readonly second: R;
}

export interface Ordered<R extends Row> {
  readonly rows: readonly R[];
  readonly conflicts: readonly Conflict<R>[];
}

/** Far more than one HTTPRoute can have: 128 matches. */
const maxRows = 1000;

/**
 * Rows in the order in which App Mesh tries them, first to last → rows among which the Gateway API makes the same choices,
 * by its own precedence (`rankOf`). From the last row to the first: where a later row that does something else would be
 * chosen for requests of this one, this one gets a further row for just the requests of both. That has at least the rank of
 * the later row, and stands before it. A row whose requests are all taken that way is left out.
 */
export function ordered<R extends Row>(all: readonly R[], asRegex: boolean): Ordered<R> {
  let rows: readonly R[] = [];
  const conflicts: Conflict<R>[] = [];
  for (const row of all.toReversed()) {
    const { added, replaced, lost } = before(row, rows, asRegex);
    conflicts.push(...lost.map((second) => ({ first: row, second })));
    rows = [row, ...added, ...rows.filter((each) => !replaced.has(each))];
    if (rows.length > maxRows) return { rows: all, conflicts: [{ first: row, second: row }] };
  }
  return { rows, conflicts };
}

/** What a row needs to be chosen before the later ones. */
function before<R extends Row>(row: R, later: readonly R[], asRegex: boolean) {
  const added: R[] = [];
  const replaced = new Set<R>();
  const lost: R[] = [];
  for (const other of later) {
    if (other.actionText === row.actionText || isChosen(row, other, asRegex)) continue;
    const both = commonMatch(row.match, other.match);
    if (both === null) continue;
    const further = both && { ...row, match: both };
    const isWhole = both !== undefined && isSameMatch(both, other.match);
    if (further === undefined || !canRewrite(further) || !(isWhole || isChosen(further, other, asRegex)))
      lost.push(other);
    else added.push(further);
    if (isWhole) replaced.add(other);
  }
  return { added, replaced, lost };
}

/** Whether the first is chosen for the requests of both. */
function isChosen(first: Row, second: Row, asRegex: boolean): boolean {
  const comparison = compareRanks(rankOf(first.match, asRegex), rankOf(second.match, asRegex));
  return comparison > 0 || (comparison === 0 && first.object === second.object);
}

function canRewrite({ rewritesPrefix, match }: Row): boolean {
  return !rewritesPrefix || match.path.kind === 'exact' || match.path.kind === 'segments';
}
