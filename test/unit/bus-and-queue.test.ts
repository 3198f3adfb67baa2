import { EventBridgeClient, type PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { EventBusAdapter } from '../../shared/aws/event-bus.ts';
import { QueueAdapter } from '../../shared/aws/queue.ts';
import { PermanentError, RetryableError } from '../../shared/model/errors.ts';
import { meshStatusRequested } from '../../shared/sync/mesh-status-requested.ts';
import { resyncRequested } from '../../shared/sync/resync-requested.ts';
import { anObject, objectEvent } from '../fakes/objects.ts';

const events = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    resyncRequested({ cluster: 'local', namespace: 'shop', name: `front-${index}` }, 'run', 'a test asks'),
  );

/** A client that answers by a function instead of a wire; what it was sent. */
function answering<Client extends { send: unknown }>(client: Client, answer: (input: never) => unknown) {
  const inputs: Record<string, unknown>[] = [];
  client.send = async (command: { input: Record<string, unknown> }) => {
    inputs.push(command.input);
    return answer(command.input as never);
  };
  return { client, inputs };
}

describe('the event bus', () => {
  const bus = (answer: () => Partial<PutEventsCommandOutput>) => {
    const { client, inputs } = answering(new EventBridgeClient({ region: 'us-west-2' }), answer);
    return { adapter: new EventBusAdapter(client, 'the-bus'), inputs };
  };
  const entriesOf = (input: Record<string, unknown> | undefined) =>
    (input?.Entries ?? []) as Record<string, string>[];

  it('takes ten events a request', async () => {
    const { adapter, inputs } = bus(() => ({ FailedEntryCount: 0 }));
    await adapter.publish(events(23));
    expect(inputs.map((input) => entriesOf(input).length)).toEqual([10, 10, 3]);
    const sent = inputs.flatMap(entriesOf).map(({ Detail = '' }) => JSON.parse(Detail));
    expect(sent).toEqual(events(23));
  });

  it('takes no more bytes a request than one event may have, and each event in its order', async () => {
    const { adapter, inputs } = bus(() => ({ FailedEntryCount: 0 }));
    const large = (name: string) =>
      objectEvent(anObject('VirtualNode', { text: 'x'.repeat(120_000) }, { name }));
    const all = [large('a'), large('b'), large('c'), ...events(3), large('d')];
    await adapter.publish(all);
    expect(inputs.map((input) => entriesOf(input).length)).toEqual([2, 5]);
    expect(inputs.flatMap(entriesOf).map(({ Detail = '' }) => JSON.parse(Detail))).toEqual(all);
  });

  it('counts bytes, not letters', async () => {
    const { adapter, inputs } = bus(() => ({ FailedEntryCount: 0 }));
    const wide = (name: string) =>
      objectEvent(anObject('VirtualNode', { text: 'ä'.repeat(70_000) }, { name }));
    await adapter.publish([wide('a'), wide('b')]);
    expect(inputs).toHaveLength(2);
  });

  it('is not sent what it would never take, which is named once all others were sent', async () => {
    const { adapter, inputs } = bus(() => ({ FailedEntryCount: 0 }));
    const huge = objectEvent(anObject('VirtualNode', { text: 'x'.repeat(262_144) }, { name: 'huge' }));
    const error = await adapter.publish([huge, ...events(2)]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PermanentError);
    expect((error as Error).message).toMatch(
      /^PutEvents to the-bus: VirtualNode shop\/huge would be told in 262\d{3} bytes; expected at most 262143$/,
    );
    expect(inputs.map((input) => entriesOf(input).length)).toEqual([2]);
  });

  it('is told who says what', async () => {
    const { adapter, inputs } = bus(() => ({}));
    await adapter.publish(events(1));
    expect(entriesOf(inputs[0])).toEqual([
      {
        EventBusName: 'the-bus',
        Source: 'eks-mesh-sync',
        DetailType: 'Pod Resync Requested',
        Detail: JSON.stringify(events(1)[0]),
      },
    ]);
  });

  it('is asked for the statuses of a namespace once in five seconds', async () => {
    let refused = 1;
    const { adapter, inputs } = bus(() => ({ FailedEntryCount: refused }));
    const ask = (nowMs: number, namespace = 'shop') =>
      adapter.publish([meshStatusRequested({ cluster: 'local', namespace }, nowMs)]);
    await expect(ask(10_000)).rejects.toThrow('were refused');
    refused = 0;
    await ask(10_001); // what was refused is not there
    await ask(14_999);
    await ask(14_999, 'depot');
    await ask(15_000);
    expect(inputs.length).toBe(4);
  });

  it('is not asked for nothing', async () => {
    const { adapter, inputs } = bus(() => ({}));
    await adapter.publish([]);
    expect(inputs).toEqual([]);
  });

  it('has refused an event where it says so of an entry, though it answered', async () => {
    const { adapter } = bus(() => ({
      FailedEntryCount: 1,
      Entries: [{ EventId: 'x' }, { ErrorCode: 'InternalFailure', ErrorMessage: 'in words' }],
    }));
    const error = await adapter.publish(events(2)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RetryableError);
    expect((error as Error).message).toBe(
      'PutEvents to the-bus: 1 of 2 events were refused, the first with InternalFailure: in words',
    );
  });
});

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
