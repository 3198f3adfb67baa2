import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backend, Gap } from '../../harness/backends.ts';
import { sqsClient } from '../../harness/clients.ts';

/** What FIFO queues of SQS do. */
export function sqsSuite({ name, missing, gaps, start }: Backend): void {
  describe.skipIf(missing)(`SQS FIFO queues of ${name}`, () => {
    const lacks = (gap: Gap) => gaps.includes(gap);
    let stop: () => void | Promise<void>;
    let client: SQSClient;
    let work: string;
    let explicit: string;
    let deadLetters: string;

    beforeAll(async () => {
      const running = await start();
      stop = () => running.stop();
      client = sqsClient(running.endpoint);
      work = await urlOf('work.fifo');
      explicit = await urlOf('explicit.fifo');
      deadLetters = await urlOf('dead-letters.fifo');
    });
    afterAll(() => stop());
    beforeEach(async () => {
      for (const QueueUrl of [work, explicit, deadLetters])
        await client.send(new PurgeQueueCommand({ QueueUrl }));
    });

    const urlOf = async (QueueName: string): Promise<string> =>
      (await client.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';
    const send = (body: string, group: string, more: Partial<SendMessageCommandInput> = {}) =>
      client.send(
        new SendMessageCommand({ QueueUrl: work, MessageBody: body, MessageGroupId: group, ...more }),
      );
    const receive = async (more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> =>
      (
        await client.send(
          new ReceiveMessageCommand({
            QueueUrl: work,
            MaxNumberOfMessages: 10,
            MessageSystemAttributeNames: ['All'],
            ...more,
          }),
        )
      ).Messages ?? [];
    const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);
    const remove = ({ ReceiptHandle }: Message) =>
      client.send(new DeleteMessageCommand({ QueueUrl: work, ReceiptHandle }));

    it('messages of a group come in order, with the attributes a consumer reads', async () => {
      const ids = [randomUUID(), randomUUID(), randomUUID()];
      for (const id of ids) await send(id, 'a');
      const messages = await receive();
      expect(bodies(messages)).toEqual(ids);
      const sequence = messages.map(({ Attributes }) => BigInt(Attributes?.SequenceNumber ?? 0));
      expect(sequence).toEqual([...sequence].sort((a, b) => (a < b ? -1 : 1)));
      expect(messages[0]?.Attributes).toMatchObject({
        ApproximateReceiveCount: '1',
        MessageGroupId: 'a',
        MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/),
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
      });
    });

    it('a group with a message in flight is blocked, other groups are not', async () => {
      await send('a1', 'a');
      await send('a2', 'a');
      await send('b1', 'b');
      const [first] = await receive({ MaxNumberOfMessages: 1 });
      expect(first?.Body).toBe('a1');
      expect(bodies(await receive())).toEqual(['b1']);
      expect(await receive()).toEqual([]);
      await remove(first as Message);
      expect(bodies(await receive())).toEqual(['a2']);
    });

    it('a group stays blocked while any of its messages is in flight, and when one is sent meanwhile', async () => {
      const [one, two, three] = [randomUUID(), randomUUID(), randomUUID()];
      await send(one, 'a');
      await send(two, 'a');
      const [first, second] = await receive({ MaxNumberOfMessages: 2 });
      await send(three, 'a');
      expect(await receive()).toEqual([]);
      await remove(first as Message);
      expect(await receive()).toEqual([]);
      await remove(second as Message);
      expect(bodies(await receive())).toEqual([three]);
    });

    it('content-based deduplication drops a repeated body', async () => {
      const body = randomUUID();
      await send(body, 'a');
      await send(body, 'a');
      expect(bodies(await receive())).toEqual([body]);
    });

    it.skipIf(lacks('deduplication outlives deletion'))(
      'a repeated body is dropped also after the first was deleted, and answered with its id',
      async () => {
        const body = randomUUID();
        const first = await send(body, 'a');
        const [message] = await receive();
        await remove(message as Message);
        const second = await send(body, 'a');
        expect(second.MessageId).toBe(first.MessageId);
        expect(second.SequenceNumber).toBe(first.SequenceNumber);
        expect(await receive()).toEqual([]);
      },
    );

    it.skipIf(lacks('deduplication scope'))('the scope of deduplication is the message group', async () => {
      const body = randomUUID();
      await send(body, 'a');
      await send(body, 'b');
      expect(bodies(await receive())).toEqual([body, body]);
    });

    it('a queue without content-based deduplication needs an id for each message', async () => {
      const QueueUrl = explicit;
      await expect(send('x', 'a', { QueueUrl })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
      await send('x', 'a', { QueueUrl, MessageDeduplicationId: randomUUID() });
      expect(bodies(await receive({ QueueUrl }))).toEqual(['x']);
    });

    it('a visibility timeout that ends, or is set to 0, brings the message back', async () => {
      const body = randomUUID();
      await send(body, 'a');
      expect(bodies(await receive({ VisibilityTimeout: 1 }))).toEqual([body]);
      expect(await receive()).toEqual([]);
      await sleep(1100);
      const [again] = await receive();
      expect(again?.Attributes?.ApproximateReceiveCount).toBe('2');
    });

    it('ChangeMessageVisibility to 0 brings the message back at once', async () => {
      const body = randomUUID();
      await send(body, 'a');
      const [first] = await receive();
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: work,
          ReceiptHandle: first?.ReceiptHandle,
          VisibilityTimeout: 0,
        }),
      );
      expect(bodies(await receive())).toEqual([body]);
    });

    it('a message goes to the dead-letter queue after maxReceiveCount', async () => {
      const body = randomUUID();
      await send(body, 'a');
      for (let count = 0; count < 2; count += 1) {
        const [message] = await receive();
        await client.send(
          new ChangeMessageVisibilityCommand({
            QueueUrl: work,
            ReceiptHandle: message?.ReceiptHandle,
            VisibilityTimeout: 0,
          }),
        );
      }
      expect(await receive()).toEqual([]);
      const [dead] = await receive({ QueueUrl: deadLetters });
      expect(dead?.Body).toBe(body);
      expect(dead?.Attributes?.MessageGroupId).toBe('a');
    });

    it('batches answer entry by entry', async () => {
      const body = randomUUID();
      const sent = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: work,
          Entries: [
            { Id: 'one', MessageBody: `${body}-1`, MessageGroupId: 'a' },
            { Id: 'two', MessageBody: `${body}-2`, MessageGroupId: 'b' },
          ],
        }),
      );
      expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['one', 'two']);
      const messages = await receive();
      const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: `m${index}`, ReceiptHandle }));
      const changed = await client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: work,
          Entries: Entries.map((entry) => ({ ...entry, VisibilityTimeout: 20 })),
        }),
      );
      expect(changed.Successful?.length).toBe(2);
      const deleted = await client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: work,
          Entries: [...Entries, { Id: 'bad', ReceiptHandle: 'nonsense' }],
        }),
      );
      expect(deleted.Successful?.map(({ Id }) => Id)).toEqual(['m0', 'm1']);
      expect(deleted.Failed).toMatchObject([
        { Id: 'bad', SenderFault: true, Code: 'ReceiptHandleIsInvalid' },
      ]);
    });

    it('message attributes come back with the digest that the client checks', async () => {
      const MessageAttributes = {
        text: { DataType: 'String', StringValue: 'grün' },
        count: { DataType: 'Number', StringValue: '7' },
        bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([0, 255, 7]) },
      };
      const sent = await send(randomUUID(), 'a', { MessageAttributes });
      const [message] = await receive({ MessageAttributeNames: ['All'] });
      expect(message?.MessageAttributes).toMatchObject(MessageAttributes);
      expect(message?.MD5OfMessageAttributes).toBe('a30193711c7409a37bac38d2ae2ec8ce');
      expect(sent.MD5OfMessageAttributes).toBe('a30193711c7409a37bac38d2ae2ec8ce');
      await remove(message as Message);
    });

    it('errors have the names of AWS', async () => {
      const refused = (promise: Promise<unknown>) => expect(promise).rejects;
      await refused(send('x', 'a', { QueueUrl: `${work}-none.fifo` })).toMatchObject({
        name: 'QueueDoesNotExist',
      });
      await refused(send('x', 'a', { MessageGroupId: undefined })).toMatchObject({
        name: 'MissingParameter',
      });
      await refused(client.send(new SendMessageBatchCommand({ QueueUrl: work, Entries: [] }))).toMatchObject({
        name: 'EmptyBatchRequest',
      });
      const entry = { Id: 'same', MessageBody: 'x', MessageGroupId: 'a' };
      await refused(
        client.send(new SendMessageBatchCommand({ QueueUrl: work, Entries: [entry, entry] })),
      ).toMatchObject({ name: 'BatchEntryIdsNotDistinct' });
    });

    it.skipIf(lacks('invalid characters'))('characters that XML cannot carry are refused', async () => {
      await expect(send('x\u0000', 'a')).rejects.toMatchObject({ name: 'InvalidMessageContents' });
    });

    it('queues are listed and described', async () => {
      const { QueueUrls } = await client.send(new ListQueuesCommand({ QueueNamePrefix: 'w' }));
      expect(QueueUrls).toEqual([work]);
      await send(randomUUID(), 'a');
      await send(randomUUID(), 'a');
      await receive({ MaxNumberOfMessages: 1 });
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: work, AttributeNames: ['All'] }),
      );
      expect(Attributes).toMatchObject({
        FifoQueue: 'true',
        ContentBasedDeduplication: 'true',
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        VisibilityTimeout: '30',
        ApproximateNumberOfMessagesNotVisible: '1',
        QueueArn: expect.stringMatching(/^arn:aws:sqs:us-west-2:\d{12}:work\.fifo$/),
      });
      expect(JSON.parse(Attributes?.RedrivePolicy ?? '{}').maxReceiveCount).toBe(2);
    });
  });
}
