import { expect, it } from 'vitest';
import { hiddenSeconds, placeOf, punctualMs, waitMsFor } from '../../shared/lambda/message-place.ts';
import type { ReceivedMessage } from '../../shared/lambda/received-message.ts';

const nowMs = 1_000_000;
const aMessage = (dueInMs: number | undefined, group = 'a') =>
  ({ group, ...(dueInMs !== undefined && { dueAtMs: nowMs + dueInMs }) }) as ReceivedMessage;

it.each([
  ['handled in its group', undefined, 'a', 'here'],
  ['forwarded from another group', undefined, 'b', 'elsewhere'],
  ['forwarded when it is due', 0, 'a~x', 'elsewhere'],
  ['waited for a millisecond before it is due', 1, 'a~x', 'soon'],
  ['waited for a second before it is due', 1_000, 'a~x', 'soon'],
  ['hidden before that', 1_001, 'a~x', 'early'],
  ['waited for in its own group, too', 1, 'a', 'soon'],
] as const)('a message is %s', (_, dueInMs, group, expected) => {
  expect(placeOf(aMessage(dueInMs, group), 'a', nowMs, punctualMs)).toBe(expected);
});

it.each([
  [1_001, 1],
  [2_000, 1],
  [2_001, 2],
  [13_500, 13],
  [1_000, 0],
  [0, 0],
  [86_400_000, 43_000],
])(
  'a message that is due in %i ms is hidden for %i s: it comes less than a second early',
  (dueInMs, seconds) => {
    expect(hiddenSeconds(aMessage(dueInMs), nowMs, punctualMs)).toBe(seconds);
  },
);

it.each([
  ['the last of several', [1, 400, 250], 0, 400],
  ['none that has become due meanwhile', [400], 401, 0],
  ['a second at most, though the clock was set back', [400], -3_600_000, 1_000],
] as const)('what is waited for is %s', (_, dueInMs, laterMs, expected) => {
  const messages = dueInMs.map((ms) => aMessage(ms));
  expect(waitMsFor(messages, nowMs + laterMs)).toBe(expected);
});

it('a message that need not be on time is hidden until it is due, for whole seconds', () => {
  expect(placeOf(aMessage(1), 'a', nowMs, 0)).toBe('early');
  expect([1, 1_000, 1_001].map((ms) => hiddenSeconds(aMessage(ms), nowMs, 0))).toEqual([1, 1, 2]);
});
