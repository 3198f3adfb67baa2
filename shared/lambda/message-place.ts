import type { ReceivedMessage } from './received-message.ts';

/** SQS hides messages for whole seconds: where they are to be handled on time, one that is due sooner is waited for. */
export const punctualMs = 1_000;

/** SQS hides a message for at most 12 hours after it was received. */
const maxHiddenSeconds = 43_000;

/** What a batch does with a message: hide it, wait for it, forward it to its group, or handle it. */
export type Place = 'early' | 'soon' | 'elsewhere' | 'here';

/** `earlyMs`: how early a message may be received that is waited for. */
export function placeOf(
  { dueAtMs = 0, group }: ReceivedMessage,
  groupOfEvent: string,
  nowMs: number,
  earlyMs: number,
): Place {
  const waitMs = dueAtMs - nowMs;
  if (waitMs > 0) return waitMs > earlyMs ? 'early' : 'soon';
  return groupOfEvent === group ? 'here' : 'elsewhere';
}

/** For how many milliseconds a message is waited for, whatever the clock does meanwhile. */
export function waitMsFor(messages: readonly ReceivedMessage[], nowMs: number): number {
  const dueAtMs = Math.max(...messages.map((message) => message.dueAtMs ?? 0));
  return Math.min(Math.max(dueAtMs - nowMs, 0), punctualMs);
}

/** For how many seconds an early message is hidden: it is received again at most that early, and less than a second later. */
export function hiddenSeconds({ dueAtMs = 0 }: ReceivedMessage, nowMs: number, earlyMs: number): number {
  const seconds = Math.ceil((dueAtMs - earlyMs - nowMs) / 1000);
  return Math.min(Math.max(seconds, 0), maxHiddenSeconds);
}
