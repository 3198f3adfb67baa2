import { expect, it } from 'vitest';
import { failedMessages } from '../src/lambda/batch-response.ts';

const batch = new Set(['a', 'b']);

it.each([['null'], ['{}'], ['{"batchItemFailures":null}'], ['{"batchItemFailures":[]}']])(
  '%s is a complete success',
  (payload) => {
    expect(failedMessages(payload, batch)).toEqual(new Set());
  },
);

it.each([
  ['"text"'],
  ['[]'],
  ['{"batchItemFailures":"a"}'],
  ['{"batchItemFailures":["a"]}'],
  ['{"batchItemFailures":[{"itemIdentifier":""}]}'],
  ['{"batchItemFailures":[{"itemIdentifier":null}]}'],
  ['{"batchItemFailures":[{"messageId":"a"}]}'],
  ['{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"c"}]}'],
])('%s is a complete failure', (payload) => {
  expect(failedMessages(payload, batch)).toBe('all');
});

it('identifiers of the batch are the messages that failed', () => {
  const payload = '{"batchItemFailures":[{"itemIdentifier":"b"}]}';
  expect(failedMessages(payload, batch)).toEqual(new Set(['b']));
});
