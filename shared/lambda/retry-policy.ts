import { NotDueError, PermanentError, RetryableError, WaitError } from '../model/errors.ts';

/** Failures of a message so far, those of the messages that it follows included. Waits are none. */
export interface Failures {
  readonly count: number;
  /** Epoch milliseconds of the first; undefined where there is none. */
  readonly sinceMs?: number | undefined;
  /** Waits after which nobody said how long to wait. They are no failures, but each is longer than the one before. */
  readonly waits?: number | undefined;
}

/** What becomes of messages that could not be handled. */
export type Verdict =
  | { readonly do: 'dead-letter' }
  /** They stay where they are, and are received again: their group waits for them. */
  | { readonly do: 'retry'; readonly seconds: number }
  /** A message that follows them is sent, and they are done with: their group goes on. */
  | {
      readonly do: 'defer';
      readonly dueAtMs: number;
      readonly failures: Failures;
      /** Whether all that is deferred to that time, of the same group and body, is one message. */
      readonly isShared: boolean;
    };

export interface Attempt {
  readonly group: string;
  /** How often the messages were received, at most. */
  readonly receipts: number;
  readonly failures: Failures;
  readonly nowMs: number;
}

/** A group waits no longer than this for a message of its own: news of a pod takes effect within seconds. */
const maxInPlaceSeconds = 5;

/** Then a deferred message begins to count receipts anew: SQS ends a message by its receipts, however it fared. */
const maxInPlaceReceipts = 20;

/** Failures in place, before the message is deferred: after one second, then after two. */
const maxInPlaceFailures = 2;

/** Seconds; powers of two, so that what is deferred by different messages of a pod falls on the same times. */
const minDelaySeconds = 4;
const maxDelaySeconds = 128;

/** Who is still failing after that is dead-lettered. */
const maxFailingMs = 3_600_000;

/**
 * Decision table.
 *   error                          | verdict
 *   permanent                      | dead-letter
 *   not due                        | retry when it is: its group is meant to wait
 *   wait, up to 5 seconds          | retry then, and it counts for nothing
 *   wait, longer                   | defer until exactly then, likewise
 *   wait, nobody says how long     | retry and defer as a failure, for as long as it takes
 *   failure, for an hour by now    | dead-letter
 *   failure, the first two         | retry in a second, in two
 *   failure                        | defer: by 4, 8, …, 128 seconds, and as much again at most; and by what the cause asks for
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

/** AWS throttles: as a failure is tried again, but for ever. */
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
 * The first of a group's times that is not earlier; there is one every `widthMs`. Whoever defers to the same time sends the
 * same message, of which SQS keeps one. Each group has times of its own, so that not all come at once.
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

/** Of several messages that are one attempt: no more failures than the one that failed least, for as long as any of them. */
export function mergedFailures(all: readonly Failures[]): Failures {
  const waits = Math.min(...all.map((one) => one.waits ?? 0));
  const since = all.flatMap(({ sinceMs }) => (sinceMs === undefined ? [] : [sinceMs]));
  return {
    count: Math.min(...all.map(({ count }) => count)),
    ...(since.length > 0 && { sinceMs: Math.min(...since) }),
    ...(waits > 0 && { waits }),
  };
}
