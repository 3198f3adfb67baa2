import type { ReceivedMessage } from './received-message.ts';

/** SQS hides messages for whole seconds: one that is due sooner is waited for. */
const maxEarlyMs = 1_000;

/** SQS hides a message for at most 12 hours after it was received. */
const maxHiddenSeconds = 43_000;

/** What a batch does with a message: hide it, wait for it, forward it to its group, or handle it. */
export type Place = 'early' | 'soon' | 'elsewhere' | 'here';

export function placeOf({ dueAtMs = 0, group }: ReceivedMessage, groupOfEvent: string, nowMs: number): Place {
  const waitMs = dueAtMs - nowMs;
  if (waitMs > 0) return waitMs > maxEarlyMs ? 'early' : 'soon';
  return groupOfEvent === group ? 'here' : 'elsewhere';
}

/** For how many milliseconds a message is waited for, whatever the clock does meanwhile. */
export function waitMsFor(messages: readonly ReceivedMessage[], nowMs: number): number {
  const dueAtMs = Math.max(...messages.map((message) => message.dueAtMs ?? 0));
  return Math.min(Math.max(dueAtMs - nowMs, 0), maxEarlyMs);
}

/** For how many seconds an early message is hidden: it is received again less than a second before it is due. */
export function hiddenSeconds({ dueAtMs = 0 }: ReceivedMessage, nowMs: number): number {
  const seconds = Math.ceil((dueAtMs - maxEarlyMs - nowMs) / 1000);
  return Math.min(Math.max(seconds, 0), maxHiddenSeconds);
}
