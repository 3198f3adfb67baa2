import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { NotDueError, PermanentError, RefusedError, RetryableError } from '../../shared/model/errors.ts';
import { handleFifoBatch } from '../../shared/runtime/fifo-batch.ts';

/** `group/name` is a message; what handling it throws, if anything. */
interface Run {
  readonly messages: readonly string[];
  readonly throws?: Readonly<Record<string, unknown>>;
  readonly receipts?: Readonly<Record<string, number>>;
  /** Left before each message in turn; plenty after the last one given. */
  readonly remainingMs?: readonly number[];
  readonly broken?: 'putAside' | 'retryIn' | 'note';
  /** Groups whose messages are handled together; what that throws, if anything. */
  readonly together?: { readonly groups: readonly string[]; readonly throws?: unknown };
}

/** What became of it: everything in the order in which it happened. */
async function run({ messages, throws = {}, receipts = {}, remainingMs = [], broken, together }: Run) {
  const log: string[] = [];
  const failures: string[] = [];
  const times = [...remainingMs];
  const refuse = (call: string) => {
    if (broken === call) throw new Error(`${call} is not to be had`);
  };
  const { batchItemFailures } = await handleFifoBatch(
    messages.map((message) => record(message, receipts[message] ?? 1)),
    {
      maxReceiveCount: 10,
      remainingTimeMs: () => times.shift() ?? 60_000,
      handle: async (body) => {
        log.push(`handle ${body}`);
        if (Object.hasOwn(throws, body)) throw throws[body];
      },
      together: together && {
        isOf: (group) => together.groups.includes(group),
        longestDelaySeconds: 15,
        handle: async (bodies) => {
          log.push(`handle ${bodies.join(' and ')}`);
          if (together.throws !== undefined) throw together.throws;
        },
      },
      queue: {
        putAside: async ({ id, group, body }, reason) => {
          refuse('putAside');
          log.push(`put aside ${id} of ${group} (${body}): ${reason}`);
        },
        retryIn: async ({ id, receiptHandle }, seconds) => {
          refuse('retryIn');
          log.push(`retry ${id} by ${receiptHandle} in ${seconds} s`);
        },
      },
      notes: {
        note: async ({ id }, reason) => {
          refuse('note');
          log.push(`note ${id}: ${reason}`);
        },
      },
      onFailure: ({ record, error, putAside }) =>
        failures.push(`${record.messageId}: ${(error as Error).message}${putAside ? ', put aside' : ''}`),
    },
  );
  return { log, failures, again: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier) };
}

function record(message: string, receipts: number): SQSRecord {
  const [group = ''] = message.split('/');
  return {
    messageId: message,
    receiptHandle: `handle-${message}`,
    body: message,
    attributes: {
      ApproximateReceiveCount: String(receipts),
      SentTimestamp: '1',
      SenderId: 'x',
      ApproximateFirstReceiveTimestamp: '1',
      MessageGroupId: group,
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-west-2:000000000000:pods.fifo',
    awsRegion: 'us-west-2',
  };
}

describe('a batch of a FIFO queue', () => {
  it('is done message by message, and nothing comes again', async () => {
    expect(await run({ messages: ['a/1', 'a/2', 'a/3'] })).toEqual({
      log: ['handle a/1', 'handle a/2', 'handle a/3'],
      failures: [],
      again: [],
    });
    expect((await run({ messages: [] })).again).toEqual([]);
  });

  it('stops a group at what may go well the next time; that and what follows come again, in order', async () => {
    const { log, failures, again } = await run({
      messages: ['a/1', 'b/1', 'a/2', 'a/3', 'b/2'],
      throws: { 'a/2': new RetryableError('throttled') },
    });
    expect(again).toEqual(['a/2', 'a/3']);
    expect(failures).toEqual(['a/2: throttled']);
    expect(log.filter((line) => line.startsWith('handle'))).toEqual(
      expect.arrayContaining(['handle a/1', 'handle a/2', 'handle b/1', 'handle b/2']),
    );
    expect(log).not.toContain('handle a/3');
    expect(log.slice(-2)).toEqual(['retry a/2 by handle-a/2 in 1 s', 'retry a/3 by handle-a/3 in 1 s']);
  });

  it('lets what is not due come again then, and takes it for no failure', async () => {
    const early = new NotDueError('not due', { retryAfterMs: 4_200 });
    expect(await run({ messages: ['a/1', 'a/2', 'b/1'], throws: { 'a/1': early } })).toEqual({
      log: ['handle a/1', 'handle b/1', 'retry a/1 by handle-a/1 in 5 s', 'retry a/2 by handle-a/2 in 5 s'],
      failures: [],
      again: ['a/1', 'a/2'],
    });
    const last = await run({ messages: ['a/1'], throws: { 'a/1': early }, receipts: { 'a/1': 10 } });
    expect(last.failures, 'but it is told where it is put aside').toEqual(['a/1: not due, put aside']);
  });

  it('puts aside what will never go well, with the reason, and goes on with its group', async () => {
    expect(
      await run({ messages: ['a/1', 'a/2'], throws: { 'a/1': new PermanentError('field x: expected y') } }),
    ).toEqual({
      log: [
        'handle a/1',
        'put aside a/1 of a (a/1): field x: expected y',
        'note a/1: field x: expected y',
        'handle a/2',
      ],
      failures: ['a/1: field x: expected y, put aside'],
      again: [],
    });
  });

  it.each([
    ['a mistake of the program', new TypeError('x is undefined'), 'x is undefined'],
    ['a refusal that nobody took', new RefusedError('not yours'), 'not yours'],
    ['what is not even an error', 'a text', 'a text'],
  ])('lets %s come again, and puts it aside at its last receipt only', async (_what, thrown, reason) => {
    const throws = { 'a/1': thrown };
    expect((await run({ messages: ['a/1'], throws, receipts: { 'a/1': 9 } })).again).toEqual(['a/1']);
    const last = await run({ messages: ['a/1', 'a/2'], throws, receipts: { 'a/1': 10 } });
    expect(last.again).toEqual([]);
    expect(last.log).toEqual([
      'handle a/1',
      `put aside a/1 of a (a/1): ${reason}`,
      `note a/1: ${reason}`,
      'handle a/2',
    ]);
  });

  it('loses nothing where the dead-letter queue is not to be had', async () => {
    const { again, failures } = await run({
      messages: ['a/1', 'a/2', 'b/1'],
      throws: { 'a/1': new PermanentError('wrong') },
      broken: 'putAside',
    });
    expect(again).toEqual(['a/1', 'a/2']);
    expect(failures).toEqual(['a/1: putAside is not to be had', 'a/1: wrong']);
  });

  it('is done with what is put aside, even where no note can be made of it', async () => {
    const { again, failures } = await run({
      messages: ['a/1', 'a/2'],
      throws: { 'a/1': new PermanentError('wrong') },
      broken: 'note',
    });
    expect(again).toEqual([]);
    expect(failures).toEqual(['a/1: note is not to be had, put aside', 'a/1: wrong, put aside']);
  });

  it('leaves the delay to the queue where it cannot be changed', async () => {
    const { again, failures } = await run({
      messages: ['a/1', 'a/2'],
      throws: { 'a/1': new RetryableError('throttled') },
      broken: 'retryIn',
    });
    expect(again).toEqual(['a/1', 'a/2']);
    expect(failures).toEqual([
      'a/1: throttled',
      'a/1: retryIn is not to be had',
      'a/2: retryIn is not to be had',
    ]);
  });

  it('begins nothing new with little time left; what is not begun comes again at once', async () => {
    const { log, again, failures } = await run({
      messages: ['a/1', 'a/2', 'a/3'],
      remainingMs: [60_000, 9_999],
    });
    expect(log).toEqual(['handle a/1', 'retry a/2 by handle-a/2 in 0 s', 'retry a/3 by handle-a/3 in 0 s']);
    expect(again).toEqual(['a/2', 'a/3']);
    expect(failures).toEqual([]);
    expect((await run({ messages: ['a/1'], remainingMs: [10_000] })).again).toEqual([]);
  });

  it('runs groups side by side', async () => {
    const started: string[] = [];
    const done = Promise.withResolvers<void>();
    const batch = handleFifoBatch([record('a/1', 1), record('a/2', 1), record('b/1', 1)], {
      maxReceiveCount: 10,
      remainingTimeMs: () => 60_000,
      onFailure: () => {},
      queue: { putAside: async () => {}, retryIn: async () => {} },
      notes: { note: async () => {} },
      handle: async (body) => {
        started.push(body);
        if (body === 'a/1') await done.promise;
      },
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(started).toEqual(['a/1', 'b/1']);
    done.resolve();
    expect(await batch).toEqual({ batchItemFailures: [] });
    expect(started).toEqual(['a/1', 'b/1', 'a/2']);
  });

  it.each([
    [1, undefined, 1],
    [2, undefined, 2],
    [5, undefined, 16],
    [9, undefined, 256],
    [1, 60_000, 60],
    [9, 60_000, 60],
    [1, 1_500, 2],
    [3, 1, 1],
    [3, 0, 0],
  ])('at receipt %i, with %j ms asked for, waits %i s', async (receipts, retryAfterMs, seconds) => {
    const options = retryAfterMs === undefined ? {} : { retryAfterMs };
    const { log } = await run({
      messages: ['a/1'],
      throws: { 'a/1': new RetryableError('later', options) },
      receipts: { 'a/1': receipts },
    });
    expect(log.at(-1)).toBe(`retry a/1 by handle-a/1 in ${seconds} s`);
  });
});

describe('messages of a group that ask for the same', () => {
  const groups = ['a'];

  it('are handled together, those of other groups one by one', async () => {
    const { log, again } = await run({ messages: ['a/1', 'b/1', 'a/2', 'b/2', 'a/3'], together: { groups } });
    expect(log.toSorted()).toEqual(['handle a/1 and a/2 and a/3', 'handle b/1', 'handle b/2']);
    expect(again).toEqual([]);
  });

  it('are handled as ever where there is only one', async () => {
    const { log } = await run({ messages: ['a/1', 'b/1'], together: { groups: ['a', 'b'] } });
    expect(log).toEqual(['handle a/1', 'handle b/1']);
  });

  it('are waited for no longer than those behind them can bear, together or alone', async () => {
    const throws = new RetryableError('throttled');
    const receipts = { 'a/1': 9, 'a/2': 1, 'b/1': 9 };
    const several = await run({ messages: ['a/1', 'a/2', 'b/1'], receipts, together: { groups, throws } });
    expect(several.log).toContain('retry a/2 by handle-a/2 in 15 s');
    const each = { 'a/1': throws, 'b/1': throws };
    const alone = await run({ messages: ['a/1', 'b/1'], receipts, throws: each, together: { groups } });
    expect(alone.log).toContain('retry a/1 by handle-a/1 in 15 s');
    expect(alone.log).toContain('retry b/1 by handle-b/1 in 256 s');
  });

  it('come again together when what they ask for fails, told once, after the longest wait of them', async () => {
    const throws = new RetryableError('throttled');
    const { log, failures, again } = await run({
      messages: ['a/1', 'b/1', 'a/2'],
      receipts: { 'a/1': 2, 'a/2': 3 },
      together: { groups, throws },
    });
    expect(again).toEqual(['a/1', 'a/2']);
    expect(failures).toEqual(['a/1: throttled']);
    expect(log.filter((line) => line.startsWith('retry'))).toEqual([
      'retry a/1 by handle-a/1 in 4 s',
      'retry a/2 by handle-a/2 in 4 s',
    ]);
    expect(log).toContain('handle b/1');
  });

  it('are handled each for itself when one of them is to be put aside, so that only that one is', async () => {
    const { log, again } = await run({
      messages: ['a/1', 'a/2', 'a/3'],
      throws: { 'a/2': new PermanentError('wrong') },
      together: { groups, throws: new PermanentError('wrong') },
    });
    expect(log).toEqual([
      'handle a/1 and a/2 and a/3',
      'handle a/1',
      'handle a/2',
      'put aside a/2 of a (a/2): wrong',
      'note a/2: wrong',
      'handle a/3',
    ]);
    expect(again).toEqual([]);
  });

  it('are handled each for itself at the last receipt of one of them, which is put aside with its reason', async () => {
    const throws = new RetryableError('throttled');
    const { log, again } = await run({
      messages: ['a/1', 'a/2'],
      throws: { 'a/1': throws },
      receipts: { 'a/1': 10 },
      together: { groups, throws },
    });
    expect(log).toEqual([
      'handle a/1 and a/2',
      'handle a/1',
      'put aside a/1 of a (a/1): throttled',
      'note a/1: throttled',
      'handle a/2',
    ]);
    expect(again).toEqual([]);
  });

  it('are not begun with little time left, and come again at once', async () => {
    const { log, again } = await run({
      messages: ['a/1', 'a/2'],
      remainingMs: [9_999],
      together: { groups },
    });
    expect(log).toEqual(['retry a/1 by handle-a/1 in 0 s', 'retry a/2 by handle-a/2 in 0 s']);
    expect(again).toEqual(['a/1', 'a/2']);
  });
});
