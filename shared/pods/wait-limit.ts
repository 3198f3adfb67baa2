/**
 * How long a message may wait within the function, for a turn or an operation. Lambda gives a function the messages of
 * a whole batch, and takes the next batch only when all of them are done.
 */
export const maxWaitMs = 350;

/** How long the messages of a batch may wait, within the function, for operations that run in Cloud Map. */
export interface WaitLimit {
  readonly untilMs: number;
  /** More messages wait than fit in a batch: each then yields the function to others for a second. */
  readonly isCrowded: boolean;
}

const batchSize = 10;

/**
 * A batch does not wait for its slowest operation, which may take seconds. It ends soon: the messages that succeeded
 * are deleted, and the rest is received again at once, along with new ones. If all messages of a full batch were
 * received before, the waiting messages take the place of new ones.
 */
export function waitLimitOf(receipts: readonly number[], nowMs: number): WaitLimit {
  const isCrowded = receipts.length >= batchSize && receipts.every((count) => count > 1);
  return { untilMs: nowMs + maxWaitMs, isCrowded };
}
