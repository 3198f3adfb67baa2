import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { QueueAdapter } from '../../../../shared/adapters/aws/sqs/queue.ts';
import { PermanentError } from '../../../../shared/model/errors.ts';

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

  const messages = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...message,
      id: `m-${index}`,
      receiptHandle: `h-${index}`,
    }));

  it('the queue of a function hides messages for so many seconds, ten a request', async () => {
    const { adapter, inputs } = queue();
    expect(await adapter.hide(messages(12), 7)).toEqual(new Set());
    expect(inputs.map(({ Entries }) => (Entries as unknown[]).length)).toEqual([10, 2]);
    expect(inputs[1]).toEqual({
      QueueUrl: 'the-queue',
      Entries: [
        { Id: '0', ReceiptHandle: 'h-10', VisibilityTimeout: 7 },
        { Id: '1', ReceiptHandle: 'h-11', VisibilityTimeout: 7 },
      ],
    });
  });

  it('the queue of a function says which messages are not its own any more; an error of SQS says nothing of that', async () => {
    const Failed = [
      { Id: '1', SenderFault: true, Code: 'InvalidParameterValue' },
      { Id: '2', SenderFault: false, Code: 'InternalError' },
    ];
    const { adapter } = queue(() => ({ Failed }));
    expect(await adapter.hide(messages(3), 7)).toEqual(new Set(['m-1']));
  });

  it('the queue of a function deletes messages', async () => {
    const { adapter, inputs } = queue();
    await adapter.delete(messages(1));
    expect(inputs).toEqual([{ QueueUrl: 'the-queue', Entries: [{ Id: '0', ReceiptHandle: 'h-0' }] }]);
  });

  it('the queue of a function is sent messages with their attributes, which are numbers', async () => {
    const { adapter, inputs } = queue();
    const attributes = { DueAt: '17' };
    await adapter.send([
      { group: 'g', body: 'b', deduplicationId: 'd', attributes },
      { group: 'g', body: 'c', attributes: {} },
    ]);
    expect(inputs).toEqual([
      {
        QueueUrl: 'the-queue',
        Entries: [
          {
            ...{ Id: '0', MessageBody: 'b', MessageGroupId: 'g', MessageDeduplicationId: 'd' },
            MessageAttributes: { DueAt: { DataType: 'Number', StringValue: '17' } },
          },
          { Id: '1', MessageBody: 'c', MessageGroupId: 'g' },
        ],
      },
    ]);
  });

  it('the queue of a function dead-letters a message as it is, with the reason, and once however often it is tried', async () => {
    const { adapter, inputs } = queue();
    await adapter.deadLetter(message, 'the field x');
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
  ])('the queue of a function says the reason %j in what SQS takes', async (reason, expected) => {
    const { adapter, inputs } = queue();
    await adapter.deadLetter(message, reason);
    expect(inputs).toMatchObject([{ MessageAttributes: { Reason: { StringValue: expected } } }]);
  });

  it('the queue of a function names the message that it could not dead-letter', async () => {
    const { adapter } = queue(() => {
      throw Object.assign(new Error('too long'), { name: 'InvalidParameterException', $metadata: {} });
    });
    const error = await adapter.deadLetter(message, 'x').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PermanentError);
    expect((error as Error).message).toBe(
      'sending m-1 to the dead-letter queue: InvalidParameterException: too long',
    );
  });
});
