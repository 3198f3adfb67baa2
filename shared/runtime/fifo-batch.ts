import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { QueueMessage } from '../aws/queue.ts';
import { NotDueError, PermanentError, RetryableError } from '../model/errors.ts';

export interface Queue {
  retryIn(message: QueueMessage, seconds: number): Promise<void>;
  putAside(message: QueueMessage, reason: string): Promise<void>;
}

/** Keeps, beside the dead-letter queue, what was put aside and why: `explain` reads that, since it may not receive. */
export interface PutAsideNotes {
  note(message: QueueMessage, reason: string): Promise<void>;
}

export interface BatchOptions {
  readonly queue: Queue;
  readonly notes: PutAsideNotes;
  /** Handles one message. A PermanentError puts it aside; anything else thrown lets it come again. */
  readonly handle: (body: string) => Promise<void>;
  /** Of which groups the messages ask for the same, and are handled together. */
  readonly together?:
    | {
        readonly isOf: (group: string) => boolean;
        readonly handle: (bodies: readonly string[]) => Promise<void>;
        /** Each new message of such a group waits for the one before it: that must not wait for long. */
        readonly longestDelaySeconds: number;
      }
    | undefined;
  /** Of the queue's redrive policy: at the last receipt a message is put aside with its reason instead of without. */
  readonly maxReceiveCount: number;
  /** Milliseconds until the function is ended. */
  readonly remainingTimeMs: () => number;
  readonly onFailure: (failure: {
    readonly record: SQSRecord;
    readonly error: unknown;
    readonly putAside: boolean;
  }) => void;
}

/** With less time left, nothing new is begun: what is not begun comes again at once. */
const leastTimeMs = 10_000;

/**
 * A batch of a FIFO queue, with ReportBatchItemFailures: groups run side by side, messages of a group one after the
 * other. A group stops at its first message that has to come again, and that one and those after it are reported, so
 * that the order of a group holds (SQS, "Partial batch response and FIFO queues"). No group is touched by another's
 * failure.
 */
export async function handleFifoBatch(
  records: readonly SQSRecord[],
  options: BatchOptions,
): Promise<SQSBatchResponse> {
  const groups = Map.groupBy(records, (record) => record.attributes.MessageGroupId ?? record.messageId);
  const failed = await Promise.all([...groups.values()].map((group) => handleGroup(group, options)));
  return { batchItemFailures: failed.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** Answers the messages that have to come again. */
async function handleGroup(
  group: readonly SQSRecord[],
  options: BatchOptions,
): Promise<readonly SQSRecord[]> {
  const [first, second] = group;
  if (first && second && options.together?.isOf(first.attributes.MessageGroupId ?? ''))
    return handleTogether(first, group, options);
  return handleOneByOne(group, options);
}

async function handleOneByOne(
  group: readonly SQSRecord[],
  options: BatchOptions,
): Promise<readonly SQSRecord[]> {
  for (const [index, record] of group.entries()) {
    const retrySeconds = await handleRecord(record, options);
    if (retrySeconds === null) continue;
    const rest = group.slice(index);
    await delayAll(rest, retrySeconds, options);
    return rest;
  }
  return [];
}

/** Where they do not succeed together, each for itself says which is at fault, and what comes of it. */
async function handleTogether(
  first: SQSRecord,
  group: readonly SQSRecord[],
  options: BatchOptions,
): Promise<readonly SQSRecord[]> {
  if (options.remainingTimeMs() < leastTimeMs) {
    await delayAll(group, 0, options);
    return group;
  }
  try {
    await options.together?.handle(group.map(({ body }) => body));
    return [];
  } catch (error) {
    const receipts = Math.max(...group.map(({ attributes }) => Number(attributes.ApproximateReceiveCount)));
    if (error instanceof PermanentError || receipts >= options.maxReceiveCount)
      return handleOneByOne(group, options);
    options.onFailure({ record: first, error, putAside: false });
    await delayAll(group, retryDelaySeconds(error, receipts, longestDelayOf(first, options)), options);
    return group;
  }
}

/** Answers after how many seconds the message is to come again, or null when it is done with. */
async function handleRecord(record: SQSRecord, options: BatchOptions): Promise<number | null> {
  if (options.remainingTimeMs() < leastTimeMs) return 0;
  try {
    await options.handle(record.body);
    return null;
  } catch (error) {
    const receipts = Number(record.attributes.ApproximateReceiveCount);
    const isLast = receipts >= options.maxReceiveCount;
    const wasPutAside =
      (error instanceof PermanentError || isLast) && (await putAside(record, error, options));
    if (wasPutAside || !(error instanceof NotDueError))
      options.onFailure({ record, error, putAside: wasPutAside });
    return wasPutAside ? null : retryDelaySeconds(error, receipts, longestDelayOf(record, options));
  }
}

/** Whether the message is safe in the dead-letter queue; if not, it has to come again, or it would be lost. */
async function putAside(record: SQSRecord, error: unknown, options: BatchOptions): Promise<boolean> {
  const reason = error instanceof Error ? error.message : String(error);
  try {
    await options.queue.putAside(messageOf(record), reason);
  } catch (failure) {
    options.onFailure({ record, error: failure, putAside: false });
    return false;
  }
  await note(record, reason, options);
  return true;
}

/** The message is safe already: a note that fails is told, and no reason to let the message come again. */
async function note(record: SQSRecord, reason: string, { notes, onFailure }: BatchOptions): Promise<void> {
  try {
    await notes.note(messageOf(record), reason);
  } catch (failure) {
    onFailure({ record, error: failure, putAside: true });
  }
}

/** Where this fails, the queue's own visibility timeout brings the messages back, only later. */
async function delayAll(
  records: readonly SQSRecord[],
  seconds: number,
  { queue, onFailure }: BatchOptions,
): Promise<void> {
  await Promise.all(
    records.map((record) =>
      queue
        .retryIn(messageOf(record), seconds)
        .catch((error) => onFailure({ record, error, putAside: false })),
    ),
  );
}

/** What the cause asks for; else doubling from one second to the longest. */
function retryDelaySeconds(error: unknown, receipts: number, longestSeconds: number): number {
  const asked = error instanceof RetryableError ? error.retryAfterMs : undefined;
  return asked === undefined ? Math.min(2 ** (receipts - 1), longestSeconds) : Math.ceil(asked / 1000);
}

function longestDelayOf({ attributes }: SQSRecord, { together }: BatchOptions): number {
  return together?.isOf(attributes.MessageGroupId ?? '') ? together.longestDelaySeconds : 300;
}

function messageOf(record: SQSRecord): QueueMessage {
  const { messageId, receiptHandle, body, attributes } = record;
  return { id: messageId, group: attributes.MessageGroupId ?? messageId, body, receiptHandle };
}
