import type {
  BatchResultErrorEntry,
  SendMessageBatchCommand,
  SendMessageBatchRequestEntry,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { RequestQueues } from '../../../../shared/adapters/aws/sqs/request-queues.ts';
import { PermanentError, RetryableError } from '../../../../shared/model/errors.ts';
import { meshReconcileRequested } from '../../../../shared/model/events/mesh-reconcile-requested.ts';
import { meshStatusRequested } from '../../../../shared/model/events/mesh-status-requested.ts';
import { resyncRequested } from '../../../../shared/model/events/resync-requested.ts';
import { deduplicationIdOf } from '../../../../shared/model/events/route.ts';
import { anObject, objectEvent } from '../../../fakes/objects.ts';

const requests = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    resyncRequested({ cluster: 'local', namespace: 'shop', name: `front-${index}` }, 'run', 'a test asks'),
  );
const large = (name: string, text: string) => objectEvent(anObject('VirtualNode', { text }, { name }));

interface Request {
  readonly queue: string;
  readonly entries: readonly SendMessageBatchRequestEntry[];
}

type Refuse = (entry: SendMessageBatchRequestEntry, attempt: number) => string | undefined;

/** The adapter over a client that answers by a function: the error code of each entry that it refuses. */
function queues(refuse: Refuse = () => undefined) {
  const sent: Request[] = [];
  const pauses: number[] = [];
  let [underway, most] = [0, 0];
  const client = {
    send: async ({ input }: SendMessageBatchCommand) => {
      const { QueueUrl: queue = '', Entries: entries = [] } = input;
      sent.push({ queue, entries });
      underway += 1;
      most = Math.max(most, underway);
      await new Promise((resolve) => setImmediate(resolve));
      underway -= 1;
      const Failed = entries.flatMap((entry): BatchResultErrorEntry[] => {
        const code = refuse(entry, sent.length);
        return code === undefined
          ? []
          : [{ Id: entry.Id, Code: code, SenderFault: false, Message: 'in words' }];
      });
      return Failed.length > 0 ? { Failed } : {};
    },
  } as unknown as SQSClient;
  const adapter = new RequestQueues(client, { pods: 'u/pods.fifo', mesh: 'u/mesh.fifo' }, async (ms) => {
    pauses.push(ms);
  });
  const bodies = () =>
    sent.flatMap(({ entries }) => entries.map(({ MessageBody = '' }) => JSON.parse(MessageBody)));
  return { adapter, sent, pauses, bodies, most: () => most };
}

const sizes = (sent: readonly Request[]) => sent.map(({ entries }) => entries.length);
const thrownBy = (promise: Promise<void>) => promise.catch((thrown: unknown) => thrown as Error);

describe('the queues of the functions', () => {
  it('the queues of the functions take ten messages a request, each with its group and its deduplication id', async () => {
    const { adapter, sent, bodies } = queues();
    await adapter.send(requests(23));
    expect(sizes(sent)).toEqual([10, 10, 3]);
    expect(bodies()).toEqual(requests(23));
    const [first] = requests(1);
    expect(sent[0]?.queue).toBe('u/pods.fifo');
    expect(sent[0]?.entries[0]).toMatchObject({
      MessageGroupId: 'local/shop/front-0',
      MessageDeduplicationId: deduplicationIdOf(first as never),
    });
  });

  it('the queues of the functions take ten requests at a time, not one after the other', async () => {
    const { adapter, sent, most } = queues();
    await adapter.send(requests(1_000));
    expect(sent).toHaveLength(100);
    expect(most()).toBe(10);
  });

  it('the queues of the functions are distinguished by the type of the event', async () => {
    const { adapter, sent } = queues();
    await adapter.send([...requests(1), meshReconcileRequested('local', { run: 'r', reason: 'a test' })]);
    expect(sent.map(({ queue, entries }) => [queue, entries[0]?.MessageGroupId])).toEqual([
      ['u/pods.fifo', 'local/shop/front-0'],
      ['u/mesh.fifo', 'local/mesh'],
    ]);
  });

  it('the queues of the functions take no more than one MiB a request, counted in bytes', async () => {
    const { adapter, sent, bodies } = queues();
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => large(name, 'ä'.repeat(125_000)));
    await adapter.send(all);
    expect(sizes(sent)).toEqual([4, 1]);
    expect(bodies()).toEqual(all);
  });

  it('the queues of the functions are not sent what would be too large to store, which is named once all others were sent', async () => {
    const { adapter, sent } = queues();
    const huge = large('huge', 'x'.repeat(262_144));
    const error = await thrownBy(adapter.send([huge, ...requests(2)]));
    expect(error).toBeInstanceOf(PermanentError);
    expect(error?.message).toMatch(
      /^the event of VirtualNode shop\/huge has 262\d{3} bytes; expected at most 262143$/,
    );
    expect(sizes(sent)).toEqual([2]);
  });

  it('the queues of the functions get what they refused alone again, and nothing else', async () => {
    const { adapter, sent, pauses, bodies } = queues(({ MessageGroupId }, attempt) =>
      attempt < 3 && MessageGroupId === 'local/shop/front-1' ? 'InternalError' : undefined,
    );
    await adapter.send(requests(3));
    expect(sizes(sent)).toEqual([3, 1, 1]);
    expect(bodies().at(-1)).toEqual(requests(3)[1]);
    expect(pauses).toEqual([50, 200]);
  });

  it('the queues of the functions lose nothing without an error: what they go on refusing is reported', async () => {
    const { adapter, sent } = queues(({ Id }) => (Id === '1' ? 'InternalError' : undefined));
    const error = await thrownBy(adapter.send(requests(2)));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error?.message).toBe(
      'SendMessageBatch to pods.fifo: 1 of 1 messages were refused, the first with InternalError: in words',
    );
    expect(sizes(sent)).toEqual([2, 1, 1, 1]);
  });

  it('the queues of the functions are sent all others where one request fails, and the retryable failure is the one reported', async () => {
    const { adapter, bodies } = queues(({ MessageGroupId }) => {
      if (MessageGroupId === 'local/shop/front-0') return 'InvalidMessageContents';
      return MessageGroupId === 'local/shop/front-10' ? 'InternalError' : undefined;
    });
    const error = await thrownBy(adapter.send(requests(30)));
    expect(error).toBeInstanceOf(RetryableError);
    const names = new Set(bodies().map(({ pod }) => pod.name));
    expect(names.size).toBe(30);
  });

  it('the queues of the functions are asked for the statuses of a namespace once in five seconds', async () => {
    let isRefusing = true;
    const { adapter, sent } = queues(() => (isRefusing ? 'InternalError' : undefined));
    const ask = (nowMs: number, namespace = 'shop') =>
      adapter.send([meshStatusRequested({ cluster: 'local', namespace }, nowMs)]);
    await expect(ask(10_000)).rejects.toThrow('were refused');
    isRefusing = false;
    sent.splice(0);
    await ask(10_001); // what was refused is not there
    await ask(14_999);
    await ask(14_999, 'depot');
    await ask(15_000);
    expect(sent).toHaveLength(3);
  });

  it('the queues of the functions are sent characters that XML does not have as JSON escapes them', async () => {
    const { adapter, sent, bodies } = queues();
    const event = large('odd', '\u0000 \uFFFE \uFFFF \uD800 😀');
    await adapter.send([event]);
    expect(sent[0]?.entries[0]?.MessageBody).not.toMatch(
      /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u,
    );
    expect(bodies()).toEqual([event]);
  });

  it('the queues of the functions are not asked for nothing', async () => {
    const { adapter, sent } = queues();
    await adapter.send([]);
    expect(sent).toEqual([]);
  });
});
