import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeEventBusCommand,
  DescribeRuleCommand,
  type EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import {
  GetQueueUrlCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../harness/backends.ts';
import { eventBridgeClient, sqsClient } from '../../harness/clients.ts';

/** What EventBridge does. */
export function eventBridgeSuite({ name, missing, gaps, start }: Backend): void {
  describe.skipIf(missing)(`EventBridge of ${name}`, () => {
    let stop: () => void | Promise<void>;
    let events: EventBridgeClient;
    let sqs: SQSClient;
    let QueueUrl: string | undefined;

    beforeAll(async () => {
      const running = await start();
      stop = () => running.stop();
      events = eventBridgeClient(running.endpoint);
      sqs = sqsClient(running.endpoint);
      ({ QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'events.fifo' })));
    });
    afterAll(() => stop());
    beforeEach(() => sqs.send(new PurgeQueueCommand({ QueueUrl })));

    const entry = (detail: unknown, more: PutEventsRequestEntry = {}): PutEventsRequestEntry => ({
      EventBusName: 'contract',
      Source: 'contract',
      DetailType: 'Pod Changed',
      Detail: typeof detail === 'string' ? detail : JSON.stringify(detail),
      ...more,
    });
    const put = (...Entries: PutEventsRequestEntry[]) => events.send(new PutEventsCommand({ Entries }));
    const received = async (): Promise<Message[]> => {
      await sleep(100);
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
        }),
      );
      return Messages ?? [];
    };

    it('the queue gets what the input template makes of source and detail', async () => {
      const nested = { list: [1, 'ü', null, {}], quoted: 'a "b" \\ <source>', lines: 'a\nb' };
      const detail = { id: randomUUID(), group: 'local/shop/cart-0', nested };
      const { FailedEntryCount, Entries } = await put(entry(detail));
      expect(FailedEntryCount).toBe(0);
      expect(Entries?.[0]?.EventId).toMatch(/^[0-9a-f-]{36}$/);
      const [message] = await received();
      expect(JSON.parse(message?.Body ?? '')).toEqual({ source: 'contract', detail });
    });

    it.skipIf(gaps.includes('message group path'))(
      'an event is delivered in the group that its detail names',
      async () => {
        await put(entry({ id: randomUUID(), group: 'local/shop/cart-0' }));
        const [message] = await received();
        expect(message?.Attributes?.MessageGroupId).toBe('local/shop/cart-0');
      },
    );

    it('an event that is put twice is one message', async () => {
      const detail = { id: randomUUID(), group: 'a' };
      await put(entry(detail));
      await put(entry(detail));
      expect(await received()).toHaveLength(1);
    });

    it('a pattern takes sources by their prefix', async () => {
      const details = ['a', 'b'].map((id) => ({ id: `${id}-${randomUUID()}`, group: id }));
      await put(
        entry(details[0], { Source: 'contract/production' }),
        entry(details[1], { Source: 'contract-production' }),
      );
      const bodies = (await received()).map(({ Body }) => JSON.parse(Body ?? ''));
      expect(bodies).toEqual([{ source: 'contract/production', detail: details[0] }]);
    });

    it('a rule takes what its pattern matches and nothing else', async () => {
      const details = ['a', 'b', 'c', 'd'].map((id) => ({ id: `${id}-${randomUUID()}`, group: id }));
      await put(
        entry(details[0], { DetailType: 'Pod Resync Requested' }),
        entry(details[1], { Source: 'somebody-else' }),
        entry(details[2], { DetailType: 'Cluster Listed' }),
        entry(details[3]),
      );
      const bodies = (await received()).map(({ Body }) => Body ?? '');
      const delivered = details.map(({ id }) => bodies.some((body) => body.includes(id)));
      expect(delivered).toEqual([true, false, false, true]);
      expect(bodies.length).toBe(2);
    });

    it('each entry is judged for itself', async () => {
      const detail = { id: randomUUID(), group: 'a' };
      const { FailedEntryCount, Entries } = await put(
        entry(detail),
        entry('{not json'),
        entry(detail, { Source: undefined }),
        entry(detail, { DetailType: undefined }),
      );
      expect(FailedEntryCount).toBe(3);
      expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
        undefined,
        'MalformedDetail',
        'InvalidArgument',
        'InvalidArgument',
      ]);
      expect(Entries?.[1]?.ErrorMessage).toBe('Detail is malformed.');
      expect((await received()).length).toBe(1);
    });

    it('more than ten entries are refused as a whole', async () => {
      const entries = Array.from({ length: 11 }, (_, index) => entry({ index, group: 'a' }));
      await expect(put(...entries)).rejects.toMatchObject({ name: 'ValidationException' });
    });

    it('the bus, its rules and their targets are described', async () => {
      const bus = await events.send(new DescribeEventBusCommand({ Name: 'contract' }));
      expect(bus.Arn).toMatch(/^arn:aws:events:us-west-2:\d{12}:event-bus\/contract$/);
      const { Rules } = await events.send(new ListRulesCommand({ EventBusName: 'contract' }));
      expect(Rules).toMatchObject([{ Name: 'pods', State: 'ENABLED', EventBusName: 'contract' }]);
      const rule = await events.send(new DescribeRuleCommand({ Name: 'pods', EventBusName: 'contract' }));
      expect(JSON.parse(rule.EventPattern ?? '')).toMatchObject({
        source: ['contract', { prefix: 'contract/' }],
      });
      const { Targets } = await events.send(
        new ListTargetsByRuleCommand({ Rule: 'pods', EventBusName: 'contract' }),
      );
      expect(Targets).toMatchObject([
        {
          InputTransformer: {
            InputPathsMap: { source: '$.source', detail: '$.detail' },
            InputTemplate: '{"source": "<source>", "detail": <detail>}',
          },
          SqsParameters: { MessageGroupId: '$.detail.group' },
        },
      ]);
    });

    it('a bus that is not there cannot be described', async () => {
      await expect(events.send(new DescribeEventBusCommand({ Name: 'none' }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    });
  });
}
