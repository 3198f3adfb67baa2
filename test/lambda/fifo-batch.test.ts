import type { SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../shared/adapters/aws/queue.ts';
import { handleFifoBatch } from '../../shared/lambda/fifo-batch.ts';
import { NotDueError, PermanentError, RetryableError, WaitError } from '../../shared/model/errors.ts';

const nowMs = Date.UTC(2026, 10, 27, 10);
const hourMs = 3_600_000;

/** `group/name` is a message, in that group; `group/name in other` is one in another. What handling it throws, if anything. */
interface Run {
  readonly messages: readonly string[];
  readonly throws?: Readonly<Record<string, unknown>>;
  readonly receipts?: Readonly<Record<string, number>>;
  readonly attributes?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Left before each step in turn; plenty after the last one given. */
  readonly remainingMs?: readonly number[];
  readonly broken?: 'deadLetters' | 'hide' | 'note' | 'send';
  /** Groups whose messages are applied as one; `record name` and `apply group` may throw. */
  readonly joint?: readonly string[];
  /** Messages that are another receiver's by now. */
  readonly lost?: readonly string[];
}

/** What became of it: everything in the order in which it happened. */
async function run(options: Run) {
  const { messages, throws = {}, receipts = {}, attributes = {}, broken, joint = [], lost = [] } = options;
  const log: string[] = [];
  const failures: string[] = [];
  const sent: OutgoingMessage[] = [];
  const times = [...(options.remainingMs ?? [])];
  let misrouted = 0;
  const refuse = (call: string) => {
    if (broken === call) throw new Error(`${call} is not to be had`);
  };
  const act = async (what: string) => {
    log.push(what);
    await Promise.resolve(); // the first renewal is answered by then
    if (Object.hasOwn(throws, what)) throw throws[what];
  };
  const { batchItemFailures } = await handleFifoBatch(
    messages.map((text) => {
      const [message = '', group] = text.split(' in ');
      return recordOf(message, group, receipts[message] ?? 1, attributes[message] ?? {});
    }),
    {
      now: () => nowMs,
      remainingTimeMs: () => times.shift() ?? 60_000,
      handling: {
        parse: (body) => {
          if (Object.hasOwn(throws, `parse ${body}`)) throw throws[`parse ${body}`];
          return body;
        },
        groupOf: (event) => event.split('/')[0] ?? '',
        isJoint: (group) => joint.includes(group),
        record: (event) => act(`record ${event}`),
        apply: (events) => act(events.map((event) => `apply ${event}`).join(' and ')),
        followUp: ([event = ''], run) => `${event.split('/')[0]}/again, ${run}`,
      },
      queue: {
        deadLetter: async ({ id, group, body }, reason) => {
          refuse('deadLetters');
          log.push(`put aside ${id} of ${group} (${body}): ${reason}`);
        },
        hide: async (those, seconds) => {
          if (seconds !== 8) log.push(`hide ${those.map(({ id }) => id).join()} for ${seconds} s`);
          refuse('hide');
          return new Set(lost);
        },
        delete: async (those) => void log.push(`delete ${those.map(({ id }) => id).join()}`),
        send: async (those) => {
          refuse('send');
          log.push(`send ${those.map(({ body }) => body).join()}`);
          sent.push(...those);
        },
      },
      notes: {
        note: async ({ id }, reason) => {
          refuse('note');
          log.push(`note ${id}: ${reason}`);
        },
      },
      onFailure: ({ record, error, deadLetters }) =>
        failures.push(`${record.messageId}: ${(error as Error).message}${deadLetters ? ', put aside' : ''}`),
      onMisrouted: (count) => {
        misrouted += count;
      },
    },
  );
  const again = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  return { log, failures, sent, misrouted, again };
}

function recordOf(
  message: string,
  group: string | undefined,
  receipts: number,
  attributes: Readonly<Record<string, number>>,
): SQSRecord {
  const numbers = Object.entries(attributes).map(([name, value]) => [
    name,
    { dataType: 'Number', stringValue: String(value) },
  ]);
  return {
    messageId: message,
    receiptHandle: `handle-${message}`,
    body: message,
    attributes: {
      ApproximateReceiveCount: String(receipts),
      SentTimestamp: '1',
      SenderId: 'x',
      ApproximateFirstReceiveTimestamp: '1',
      MessageGroupId: group ?? message.split('/')[0] ?? '',
    },
    messageAttributes: Object.fromEntries(numbers),
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-west-2:000000000000:pods.fifo',
    awsRegion: 'us-west-2',
  };
}

const throttled = new RetryableError('throttled');
const failing = { count: 9, sinceMs: nowMs - hourMs };

describe('a batch of a FIFO queue', () => {
  it('is done message by message, and nothing comes again', async () => {
    const { log, failures, again } = await run({ messages: ['a/1', 'a/2', 'a/3'] });
    expect(log).toEqual(['apply a/1', 'apply a/2', 'apply a/3']);
    expect([failures, again]).toEqual([[], []]);
    expect((await run({ messages: [] })).again).toEqual([]);
  });

  it('stops a group at what may go well the next time; that and what follows come again, in order', async () => {
    const { log, failures, again } = await run({
      messages: ['a/1', 'b/1', 'a/2', 'a/3', 'b/2'],
      throws: { 'apply a/2': throttled },
    });
    expect(again).toEqual(['a/2', 'a/3']);
    expect(failures).toEqual(['a/2: throttled']);
    expect(log).toEqual(expect.arrayContaining(['apply a/1', 'apply a/2', 'apply b/1', 'apply b/2']));
    expect(log).not.toContain('apply a/3');
    expect(log.at(-1)).toBe('hide a/2,a/3 for 1 s');
  });

  it('defers what goes on failing to a message in a group of its own, and goes on with the group', async () => {
    const { log, failures, again, sent } = await run({
      messages: ['a/1', 'a/2'],
      throws: { 'apply a/1': throttled },
      receipts: { 'a/1': 3 },
    });
    expect(log).toEqual(['apply a/1', 'send a/1', 'apply a/2']);
    expect([failures, again]).toEqual([['a/1: throttled'], []]);
    const [deferred] = sent;
    expect(deferred).toMatchObject({ body: 'a/1', group: expect.stringMatching(/^a~[0-9a-z]+$/) });
    expect(deferred?.attributes).toMatchObject({ Failures: '1', FailingSince: String(nowMs) });
    expect(Number(deferred?.attributes.DueAt)).toBeGreaterThanOrEqual(nowMs + 4_000);
  });

  it('hides a deferred message that is not due, and forwards one that is, with what it knows of failures', async () => {
    const known = { Failures: 3, FailingSince: nowMs - 60_000 };
    const { log, again, sent, misrouted } = await run({
      messages: ['a/1 in a~x', 'b/1 in b~x', 'a/2'],
      attributes: { 'a/1': { ...known, DueAt: nowMs + 20_100 }, 'b/1': { ...known, DueAt: nowMs } },
    });
    expect(again).toEqual(['a/1']);
    expect(log).toEqual(expect.arrayContaining(['hide a/1 for 21 s', 'send b/1', 'delete b/1', 'apply a/2']));
    expect(sent).toEqual([
      {
        ...{ group: 'b', body: 'b/1', deduplicationId: 'b/1' },
        attributes: { Failures: '3', FailingSince: String(nowMs - 60_000) },
      },
    ]);
    expect(misrouted).toBe(0);
  });

  it('sends what came in a group that is not its own to that, deletes it at once, and counts it', async () => {
    const literal = '$.detail.group';
    const { log, again, sent, misrouted } = await run({
      messages: [`a/1 in ${literal}`, `b/1 in ${literal}`, 'c/1', `a/2 in ${literal}`],
    });
    expect(again).toEqual([]);
    expect(sent.map(({ group, body }) => [group, body])).toEqual([
      ['a', 'a/1'],
      ['b', 'b/1'],
      ['a', 'a/2'],
    ]);
    expect(log).toEqual(expect.arrayContaining(['delete a/1,b/1,a/2', 'apply c/1']));
    expect(log).not.toContain('apply a/1');
    expect(misrouted).toBe(3);
  });

  it('lets what it cannot send on come again', async () => {
    const { again, failures, misrouted } = await run({ messages: ['a/1 in x', 'b/1'], broken: 'send' });
    expect(again).toEqual(['a/1']);
    expect(failures).toEqual(['a/1: send is not to be had']);
    expect(misrouted).toBe(0);
    const deferral = { throws: { 'apply a/1': throttled }, receipts: { 'a/1': 3 } };
    expect((await run({ messages: ['a/1'], ...deferral, broken: 'send' })).again).toEqual(['a/1']);
  });

  it('takes waiting for no failure', async () => {
    const early = new NotDueError('not due', { retryAfterMs: 4_200 });
    const turn = new WaitError('not its turn', { retryAfterMs: 1_000 });
    const { log, failures, again } = await run({
      messages: ['a/1', 'a/2', 'b/1'],
      throws: { 'apply a/1': early, 'apply b/1': turn },
      attributes: { 'b/1': { Failures: 9, FailingSince: nowMs - 2 * hourMs } },
    });
    expect(log).toEqual(expect.arrayContaining(['hide a/1,a/2 for 5 s', 'hide b/1 for 1 s']));
    expect([failures, again]).toEqual([[], ['a/1', 'a/2', 'b/1']]);
  });

  it('puts aside what will never go well, with the reason, and goes on with its group', async () => {
    const wrong = new PermanentError('field x: expected y');
    const { log, failures, again } = await run({ messages: ['a/1', 'a/2'], throws: { 'apply a/1': wrong } });
    expect(log).toEqual([
      'apply a/1',
      'put aside a/1 of a (a/1): field x: expected y',
      'note a/1: field x: expected y',
      'apply a/2',
    ]);
    expect([failures, again]).toEqual([['a/1: field x: expected y, put aside'], []]);
  });

  it('puts aside what is no event, in the group in which it came', async () => {
    const throws = { 'parse a/1': new PermanentError('no JSON') };
    const { log } = await run({ messages: ['a/1 in x', 'x/2'], throws });
    expect(log).toEqual(['put aside a/1 of x (a/1): no JSON', 'note a/1: no JSON', 'apply x/2']);
  });

  it('puts aside what was tried for an hour, and nothing before', async () => {
    const throws = { 'apply a/1': throttled };
    const { log, again } = await run({
      messages: ['a/1', 'a/2'],
      throws,
      attributes: { 'a/1': { Failures: failing.count, FailingSince: failing.sinceMs } },
    });
    expect(log).toEqual([
      'apply a/1',
      'put aside a/1 of a (a/1): throttled',
      'note a/1: throttled',
      'apply a/2',
    ]);
    expect(again).toEqual([]);
    expect((await run({ messages: ['a/1'], throws, receipts: { 'a/1': 400 } })).log).toEqual([
      'apply a/1',
      'send a/1',
    ]);
  });

  it('loses nothing where the dead-letter queue is not to be had', async () => {
    const throws = { 'apply a/1': new PermanentError('wrong') };
    const { again, failures } = await run({ messages: ['a/1', 'a/2', 'b/1'], throws, broken: 'deadLetters' });
    expect(again).toEqual(['a/1', 'a/2']);
    expect(failures).toEqual(['a/1: deadLetters is not to be had', 'a/1: wrong']);
  });

  it('is done with what is put aside, even where no note can be made of it', async () => {
    const throws = { 'apply a/1': new PermanentError('wrong') };
    const { again, failures } = await run({ messages: ['a/1', 'a/2'], throws, broken: 'note' });
    expect(again).toEqual([]);
    expect(failures).toEqual(['a/1: note is not to be had, put aside', 'a/1: wrong, put aside']);
  });

  it('leaves the delay to the lease where it cannot be changed', async () => {
    const { again } = await run({
      messages: ['a/1', 'a/2'],
      throws: { 'apply a/1': throttled },
      broken: 'hide',
    });
    expect(again).toEqual(['a/1', 'a/2']);
  });

  it('begins nothing with what is another receiver’s by now', async () => {
    const { log, again } = await run({ messages: ['a/1', 'a/2', 'b/1'], lost: ['a/2'] });
    expect(log).not.toContain('apply a/2');
    expect(again).toEqual(['a/2']);
  });

  it('begins nothing new with little time left; what is not begun comes again at once', async () => {
    const { log, again, failures } = await run({
      messages: ['a/1', 'a/2', 'a/3'],
      remainingMs: [60_000, 9_999],
    });
    expect(log).toEqual(['apply a/1', 'hide a/2,a/3 for 0 s']);
    expect([again, failures]).toEqual([['a/2', 'a/3'], []]);
    expect((await run({ messages: ['a/1'], remainingMs: [10_000] })).again).toEqual([]);
  });

  it('runs groups side by side', async () => {
    const { log } = await run({ messages: ['a/1', 'a/2', 'b/1', 'c/1'] });
    expect(log.slice(0, 3).sort()).toEqual(['apply a/1', 'apply b/1', 'apply c/1']);
  });
});

describe('messages of a group that ask for the same', () => {
  const joint = ['a'];

  it('are recorded, each of them, before any is applied; then they are applied as one', async () => {
    const { log, again } = await run({ messages: ['a/1', 'b/1', 'a/2', 'a/3'], joint });
    expect(log.filter((line) => !line.includes('b/'))).toEqual([
      'record a/1',
      'record a/2',
      'record a/3',
      'apply a/1 and apply a/2 and apply a/3',
    ]);
    expect(again).toEqual([]);
  });

  it('come again together when what they ask for fails, told once', async () => {
    const { log, failures, again } = await run({
      messages: ['a/1', 'a/2'],
      receipts: { 'a/1': 2 },
      throws: { 'apply a/1 and apply a/2': throttled },
      joint,
    });
    expect(log.at(-1)).toBe('hide a/1,a/2 for 2 s');
    expect([failures, again]).toEqual([['a/2: throttled'], ['a/1', 'a/2']]);
  });

  it('are deferred as one message, that asks for the same, when it goes on failing', async () => {
    const { again, sent } = await run({
      messages: ['a/1', 'a/2'],
      receipts: { 'a/1': 3 },
      throws: { 'apply a/1 and apply a/2': throttled },
      joint,
    });
    expect(again).toEqual([]);
    expect(sent).toHaveLength(1);
    const due = sent[0]?.attributes.DueAt;
    expect(sent[0]?.body).toBe(JSON.stringify(`a/again, retry at ${due}`));
  });

  it('are applied as far as they were recorded; what was not, and what follows it, comes again', async () => {
    const { log, again } = await run({
      messages: ['a/1', 'a/2', 'a/3'],
      throws: { 'record a/2': throttled },
      joint,
    });
    expect(log).toEqual(['record a/1', 'record a/2', 'apply a/1', 'hide a/2,a/3 for 1 s']);
    expect(again).toEqual(['a/2', 'a/3']);
  });

  it('are put aside each for itself where it is one of them that is wrong', async () => {
    const { log, again } = await run({
      messages: ['a/1', 'a/2', 'a/3'],
      throws: { 'parse a/2': new PermanentError('wrong') },
      joint,
    });
    expect(log).toEqual([
      'record a/1',
      'put aside a/2 of a (a/2): wrong',
      'note a/2: wrong',
      'record a/3',
      'apply a/1 and apply a/3',
    ]);
    expect(again).toEqual([]);
  });

  it('are put aside as one, the last, where what they ask for can never be', async () => {
    const { log, again } = await run({
      messages: ['a/1', 'a/2'],
      throws: { 'apply a/1 and apply a/2': new PermanentError('wrong') },
      joint,
    });
    expect(log.slice(-2)).toEqual(['put aside a/2 of a (a/2): wrong', 'note a/2: wrong']);
    expect(again).toEqual([]);
  });

  it('are not begun with little time left, and come again at once', async () => {
    const { log, again } = await run({ messages: ['a/1', 'a/2'], remainingMs: [9_999], joint });
    expect(log).toEqual(['hide a/1,a/2 for 0 s']);
    expect(again).toEqual(['a/1', 'a/2']);
  });
});
