/** For how long the messages of a batch may wait, within the function, for operations that run in Cloud Map. */
export interface WaitLimit {
  readonly untilMs: number;
  /** More messages than fit in a batch wait: then each leaves the function to others for a second. */
  readonly isCrowded: boolean;
}

/** Lambda gives a function the messages of a whole batch, and takes the next batch when all of them are done. */
const maxWaitMs = 350;
const batchSize = 10;

/**
 * A batch does not wait for its slowest operation, which may take seconds: it ends soon, what has succeeded is deleted, and
 * the rest is received again at once, with whatever else has come. A full batch in which all messages were received before
 * is a sign that those that wait take the place of new ones.
 */
export function waitLimitOf(receipts: readonly number[], nowMs: number): WaitLimit {
  const isCrowded = receipts.length >= batchSize && receipts.every((count) => count > 1);
  return { untilMs: nowMs + maxWaitMs, isCrowded };
}
