/** The deletion cap per run, of a service, a kind of objects or a listing's range: the larger of these. */
const minDeletions = 10;
const maxShare = 0.2;

/** `whose` is the text for the report: a service, or a kind of objects, with `size` members. */
export function overCap(whose: string, size: number, parts = 1): string {
  return (
    `more than ${capOf(size, parts)} of ${whose} would be deleted in one run ` +
    `(the larger of ${minDeletions} and ${maxShare * 100} %)`
  );
}

/** Why objects of a kind that the cluster does not have are not deleted, however few they are. */
export function keptWithoutKind(kind: string): string {
  return `the cluster has no kind ${kind}, so its objects are not deleted`;
}

/**
 * Maximum number of deletions in one run. A part of a listing may delete its share, so that all parts together delete about
 * as many as one whole listing may, however many parts there are.
 */
export function capOf(size: number, parts = 1): number {
  return Math.max(Math.ceil(minDeletions / parts), Math.floor(size * maxShare));
}
