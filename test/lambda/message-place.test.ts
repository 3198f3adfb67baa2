import { expect, it } from 'vitest';
import { hiddenSeconds, placeOf } from '../../shared/lambda/message-place.ts';
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
  expect(placeOf(aMessage(dueInMs, group), 'a', nowMs)).toBe(expected);
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
    expect(hiddenSeconds(aMessage(dueInMs), nowMs)).toBe(seconds);
  },
);
