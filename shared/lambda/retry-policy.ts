import { NotDueError, PermanentError, RetryableError, WaitError } from '../model/errors.ts';

/** Failures of a message so far, including those of the messages it follows. Waits do not count. */
export interface Failures {
  readonly count: number;
  /** Time of the first failure, epoch milliseconds; undefined if there is none. */
  readonly sinceMs?: number | undefined;
  /** Waits without a known duration. They are not failures, but each is longer than the one before. */
  readonly waits?: number | undefined;
}

/** What happens to messages that could not be handled. */
export type Verdict =
  | { readonly do: 'dead-letter' }
  /** The messages stay and are received again; their group waits for them. */
  | { readonly do: 'retry'; readonly seconds: number }
  /** A follow-up message replaces them, and their group continues. */
  | {
      readonly do: 'defer';
      readonly dueAtMs: number;
      readonly failures: Failures;
      /** Whether all messages of the same group and body that are deferred to that time are one message. */
      readonly isShared: boolean;
    };

export interface Attempt {
  readonly group: string;
  /** How often the messages were received, at most. */
  readonly receipts: number;
  readonly failures: Failures;
  readonly nowMs: number;
}

/** A group waits no longer than this for one of its messages: events of a pod take effect within seconds. */
const maxInPlaceSeconds = 5;

/** After this, a deferred message starts a new receipt count: SQS limits receipts, whatever their result. */
const maxInPlaceReceipts = 20;

/** Failures retried in place before the message is deferred: after one second, then after two. */
const maxInPlaceFailures = 2;

/** Seconds; powers of two, so that deferrals by different messages of a pod fall on the same times. */
const minDelaySeconds = 4;
const maxDelaySeconds = 128;

/** A message that still fails after this is dead-lettered. */
const maxFailingMs = 3_600_000;

/**
 * Decision table.
 *   error                          | verdict
 *   permanent                      | dead-letter
 *   not due                        | retry when due: its group is meant to wait
 *   wait, up to 5 seconds          | retry then; does not count
 *   wait, longer                   | defer until exactly then; does not count
 *   wait of unknown duration       | retry and defer as a failure, without a limit
 *   failure, for an hour by now    | dead-letter
 *   failure, the first two         | retry in a second, in two
 *   failure                        | defer by 4, 8, …, 128 seconds, at most twice that; and by what the cause asks for
 */
export function verdictOn(error: unknown, attempt: Attempt): Verdict {
  if (error instanceof PermanentError) return { do: 'dead-letter' };
  const asked = error instanceof RetryableError ? error.retryAfterMs : undefined;
  if (error instanceof NotDueError) return { do: 'retry', seconds: Math.ceil((asked ?? 1_000) / 1000) };
  return error instanceof WaitError ? afterWait(asked, attempt) : afterFailure(asked, attempt);
}

function afterWait(askedMs: number | undefined, attempt: Attempt): Verdict {
  if (askedMs === undefined) return afterUnknownWait(attempt);
  const { receipts, failures, nowMs } = attempt;
  if (askedMs <= maxInPlaceSeconds * 1000 && receipts < maxInPlaceReceipts)
    return { do: 'retry', seconds: Math.ceil(askedMs / 1000) };
  return { do: 'defer', dueAtMs: nowMs + Math.max(askedMs, 1_000), failures, isShared: false };
}

/** AWS throttles: retried as a failure, but without a limit. */
function afterUnknownWait({ group, receipts, failures, nowMs }: Attempt): Verdict {
  const { waits = 0 } = failures;
  if (waits === 0 && receipts <= maxInPlaceFailures) return { do: 'retry', seconds: 2 ** (receipts - 1) };
  const dueAtMs = dueAfter(backoffMs(waits), group, nowMs);
  return { do: 'defer', dueAtMs, failures: { ...failures, waits: waits + 1 }, isShared: true };
}

function afterFailure(askedMs = 0, { group, receipts, failures, nowMs }: Attempt): Verdict {
  const sinceMs = failures.sinceMs ?? nowMs;
  if (nowMs - sinceMs >= maxFailingMs) return { do: 'dead-letter' };
  const isEarly = failures.count === 0 && receipts <= maxInPlaceFailures;
  if (isEarly && askedMs <= maxInPlaceSeconds * 1000)
    return { do: 'retry', seconds: Math.max(2 ** (receipts - 1), Math.ceil(askedMs / 1000)) };
  return {
    do: 'defer',
    dueAtMs: dueAfter(Math.max(backoffMs(failures.count), askedMs), group, nowMs),
    failures: { ...failures, count: failures.count + 1, sinceMs },
    isShared: true,
  };
}

function backoffMs(attempts: number): number {
  return Math.min(minDelaySeconds * 2 ** attempts, maxDelaySeconds) * 1000;
}

function dueAfter(delayMs: number, group: string, nowMs: number): number {
  return nextTime(nowMs + delayMs, widthOf(delayMs), group);
}

function widthOf(delayMs: number): number {
  const seconds = 2 ** Math.ceil(Math.log2(delayMs / 1000));
  return Math.min(seconds, maxDelaySeconds) * 1000;
}

/**
 * The group's first time slot that is not earlier; there is one every `widthMs`. All that is deferred to the same time
 * is the same message, of which SQS keeps one. Each group has its own slots, so that not all are due at once.
 */
function nextTime(earliestMs: number, widthMs: number, group: string): number {
  const offsetMs = hash(group) % widthMs;
  return Math.ceil((earliestMs - offsetMs) / widthMs) * widthMs + offsetMs;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  return value;
}

/** Merges the failures of messages that are one attempt: the lowest count, with the earliest start. */
export function mergedFailures(all: readonly Failures[]): Failures {
  const waits = Math.min(...all.map((one) => one.waits ?? 0));
  const since = all.flatMap(({ sinceMs }) => (sinceMs === undefined ? [] : [sinceMs]));
  return {
    count: Math.min(...all.map(({ count }) => count)),
    ...(since.length > 0 && { sinceMs: Math.min(...since) }),
    ...(waits > 0 && { waits }),
  };
}
