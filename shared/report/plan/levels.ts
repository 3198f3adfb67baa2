import type { Level } from './report.ts';

const levels: readonly Level[] = ['problem', 'attention', 'ok'];

export function worstOf(all: readonly Level[]): Level {
  return levels.find((level) => all.includes(level)) ?? 'ok';
}

/** The worst first. */
export function byLevel(
  { level: a }: { readonly level: Level },
  { level: b }: { readonly level: Level },
): number {
  return levels.indexOf(a) - levels.indexOf(b);
}
