import { expect, it } from 'vitest';
import { waitLimitOf } from '../../shared/pods/wait-limit.ts';

const ten = (receipts: number) => Array<number>(10).fill(receipts);

it.each([
  ['one message', [1], false],
  ['a full batch of new messages', ten(1), false],
  ['a full batch with a new message', [...ten(2).slice(1), 1], false],
  ['a batch with room for others', ten(2).slice(1), false],
  ['a full batch of messages that were received before', ten(2), true],
])('a batch waits for operations for less than half a second: %s', (_what, receipts, isCrowded) => {
  expect(waitLimitOf(receipts, 1_000)).toEqual({ untilMs: 1_350, isCrowded });
});
