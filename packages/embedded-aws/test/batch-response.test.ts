import { expect, it } from 'vitest';
import { failedMessages } from '../src/lambda/batch-response.ts';

const batch = new Set(['a', 'b']);

it.each([['null'], ['{}'], ['{"batchItemFailures":null}'], ['{"batchItemFailures":[]}']])(
  'the response %s reports a complete success',
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
])('the response %s reports a complete failure', (payload) => {
  expect(failedMessages(payload, batch)).toBe('all');
});

it('the identifiers in a response name the messages that failed', () => {
  const payload = '{"batchItemFailures":[{"itemIdentifier":"b"}]}';
  expect(failedMessages(payload, batch)).toEqual(new Set(['b']));
});
