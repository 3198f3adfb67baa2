/** How much of a service, of a kind of objects or of a listing's range, one run may delete: the larger of these. */
const minDeletions = 10;
const maxShare = 0.2;

/** `whose` in the words of the report: a service, or a kind of objects, of which there are `size`. */
export function overCap(whose: string, size: number, parts = 1): string {
  return (
    `more than ${capOf(size, parts)} of ${whose} would be deleted in one run ` +
    `(the larger of ${minDeletions} and ${maxShare * 100} %)`
  );
}

/**
 * How many of so many one run may delete. A part of a listing may delete its share, so that all parts together delete no
 * more than about what the whole may, however many there are.
 */
export function capOf(size: number, parts = 1): number {
  return Math.max(Math.ceil(minDeletions / parts), Math.floor(size * maxShare));
}
