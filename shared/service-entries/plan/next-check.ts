import type { CloudMapServiceChanged } from '../../model/events/event.ts';

/**
 * When a service is read after a call was accepted, beside at once: most operations end within a second or two, a change
 * of custom health takes half a minute. What takes longer is found by the comparison on schedule.
 */
const offsetsMs = [2_000, 5_000, 36_000] as const;
const lastMs = 36_000;

export interface NextCheck {
  readonly event: CloudMapServiceChanged;
  readonly dueAtMs: number;
}

/** What a read of a service saw, and what was known before. Times are epoch milliseconds. */
interface Seen {
  readonly nowMs: number;
  readonly sawChange: boolean;
  /** Start of the last run before this read that saw a change. */
  readonly changedAtMs?: number | undefined;
}

/**
 * The next read of a service after one that saw a change, or did not. After the change was seen it is read once more,
 * because changes within a second are one request. A change that a comparison saw after the call may be of an earlier call
 * of the same second: the service is still read for an operation that takes seconds, but not for half a minute.
 */
export function nextCheck(
  event: CloudMapServiceChanged,
  { nowMs, sawChange, changedAtMs = 0 }: Seen,
): NextCheck | undefined {
  const { sinceMs, isSeen = false } = event;
  if (isSeen && !sawChange) return undefined;
  const offsetMs = offsetsMs.find((offset) => sinceMs + offset > nowMs);
  const isKnown = isSeen || sawChange;
  const isLast = (isKnown || changedAtMs > sinceMs) && offsetMs === lastMs;
  if (offsetMs === undefined || isLast) return undefined;
  return { event: { ...event, ...(isKnown && { isSeen: true }) }, dueAtMs: sinceMs + offsetMs };
}
