import type { FindingKind } from './finding.ts';

/** Whatever else is refused is a deletion (`limitDeletions`, `objectRepairs`). */
const oversized: FindingKind = 'ObjectOversized';

interface Refusals {
  readonly deletions: number;
  readonly oversized: number;
}

/** How many refused findings are for the operator of the deployment, and how many for the authors of objects. */
export function refusalsIn(refused: readonly { readonly kind: string }[]): Refusals {
  const ofAuthors = refused.filter(({ kind }) => kind === oversized).length;
  return { deletions: refused.length - ofAuthors, oversized: ofAuthors };
}
