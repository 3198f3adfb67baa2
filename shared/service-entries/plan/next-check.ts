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

/**
 * The next read of a service after one that saw a change, or did not. After the change was seen it is read once more,
 * because changes within a second are one request.
 */
export function nextCheck(
  event: CloudMapServiceChanged,
  { nowMs, sawChange }: { readonly nowMs: number; readonly sawChange: boolean },
): NextCheck | undefined {
  const { sinceMs, isSeen = false } = event;
  if (isSeen && !sawChange) return undefined;
  const offsetMs = offsetsMs.find((offset) => sinceMs + offset > nowMs);
  const isKnown = isSeen || sawChange;
  if (offsetMs === undefined || (isKnown && offsetMs === lastMs)) return undefined;
  return { event: { ...event, ...(isKnown && { isSeen: true }) }, dueAtMs: sinceMs + offsetMs };
}
