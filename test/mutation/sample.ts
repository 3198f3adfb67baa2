interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Mutant {
  readonly fileName: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

/**
 * Stryker takes ranges of a file, and with a range all mutants in it. So a sample is drawn of groups: an outermost
 * mutant, which is mostly the body of a function, with all mutants inside it. Each group has the same chance to be
 * drawn, and so has each mutant.
 */
export function sampleOf(mutants: readonly Mutant[], share: number, random: () => number): readonly Mutant[] {
  return outermost(mutants).filter(() => random() < share);
}

/** As Stryker's `--mutate` takes it: lines count from 1, columns from 0. */
export function rangeOf({ fileName, location: { start, end } }: Mutant): string {
  return `${fileName}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`;
}

function outermost(mutants: readonly Mutant[]): readonly Mutant[] {
  const found: Mutant[] = [];
  for (const mutant of mutants.toSorted(byPosition)) {
    const last = found.at(-1);
    if (last === undefined || !contains(last, mutant)) found.push(mutant);
  }
  return found;
}

/** What contains another comes before it. */
function byPosition(one: Mutant, other: Mutant): number {
  const [a, b] = [one.location, other.location];
  return one.fileName.localeCompare(other.fileName) || compare(a.start, b.start) || compare(b.end, a.end);
}

function contains(outer: Mutant, { fileName, location }: Mutant): boolean {
  return outer.fileName === fileName && compare(location.end, outer.location.end) <= 0;
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column;
}
