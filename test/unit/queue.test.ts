import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { QueueAdapter } from '../../shared/aws/queue.ts';
import { PermanentError } from '../../shared/model/errors.ts';

/** A client that answers by a function instead of a wire; what it was sent. */
function answering<Client extends { send: unknown }>(client: Client, answer: (input: never) => unknown) {
  const inputs: Record<string, unknown>[] = [];
  client.send = async (command: { input: Record<string, unknown> }) => {
    inputs.push(command.input);
    return answer(command.input as never);
  };
  return { client, inputs };
}

describe('the queue of a function', () => {
  const message = { id: 'm-1', group: 'local/shop/a', body: '{"x": 1}', receiptHandle: 'handle' };
  const queue = (answer: () => unknown = () => ({})) => {
    const { client, inputs } = answering(new SQSClient({ region: 'us-west-2' }), answer);
    return { adapter: new QueueAdapter(client, 'the-queue', 'the-dead-letters'), inputs };
  };

  it('gets a message back after so many seconds', async () => {
    const { adapter, inputs } = queue();
    await adapter.retryIn(message, 7);
    expect(inputs).toEqual([{ QueueUrl: 'the-queue', ReceiptHandle: 'handle', VisibilityTimeout: 7 }]);
  });

  it('puts a message aside as it is, with the reason, and once however often it is tried', async () => {
    const { adapter, inputs } = queue();
    await adapter.putAside(message, 'the field x');
    expect(inputs).toEqual([
      {
        QueueUrl: 'the-dead-letters',
        MessageBody: message.body,
        MessageGroupId: message.group,
        MessageDeduplicationId: 'm-1',
        MessageAttributes: { Reason: { DataType: 'String', StringValue: 'the field x' } },
      },
    ]);
  });

  it.each([
    ['', '-'],
    ['a\tb\nc\r', 'a\tb\nc\r'],
    ['a\u0000b\u001bc\uFFFE', 'a\uFFFDb\uFFFDc\uFFFD'],
    ['\uD800 alone', '\uFFFD alone'],
    ['ä€😀', 'ä€😀'],
    ['x'.repeat(5000), 'x'.repeat(4096)],
  ])('says the reason %j in what SQS takes', async (reason, expected) => {
    const { adapter, inputs } = queue();
    await adapter.putAside(message, reason);
    expect(inputs).toMatchObject([{ MessageAttributes: { Reason: { StringValue: expected } } }]);
  });

  it('names the message that it could not put aside', async () => {
    const { adapter } = queue(() => {
      throw Object.assign(new Error('too long'), { name: 'InvalidParameterException', $metadata: {} });
    });
    const error = await adapter.putAside(message, 'x').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PermanentError);
    expect((error as Error).message).toBe(
      'sending m-1 to the dead-letter queue: InvalidParameterException: too long',
    );
  });
});
