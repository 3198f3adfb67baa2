import { describe, expect, it } from 'vitest';
import { NotDueError, PermanentError, WaitError } from '../../shared/model/errors.ts';
import { failing, hourMs, nowMs, run, throttled } from './fifo-batch-run.ts';

describe('a batch of a FIFO queue', () => {
  it('a batch of a FIFO queue is done message by message, and nothing is retried', async () => {
    const { log, failures, again } = await run({ messages: ['a/1', 'a/2', 'a/3'] });
    expect(log).toEqual(['apply a/1', 'apply a/2', 'apply a/3']);
    expect([failures, again]).toEqual([[], []]);
    expect((await run({ messages: [] })).again).toEqual([]);
  });

  it('a batch of a FIFO queue stops a group at what may go well the next time; that and what follows are retried, in order', async () => {
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

  it('a batch of a FIFO queue defers what goes on failing to a message in a group of its own, and goes on with the group', async () => {
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

  it('a batch of a FIFO queue hides a deferred message that is not due, and forwards one that is, with what it knows of failures', async () => {
    const known = { Failures: 3, FailingSince: nowMs - 60_000 };
    const { log, again, sent, misrouted } = await run({
      messages: ['a/1 in a~x', 'b/1 in b~x', 'a/2'],
      attributes: { 'a/1': { ...known, DueAt: nowMs + 20_100 }, 'b/1': { ...known, DueAt: nowMs } },
    });
    expect(again).toEqual(['a/1']);
    expect(log).toEqual(expect.arrayContaining(['hide a/1 for 20 s', 'send b/1', 'delete b/1', 'apply a/2']));
    expect(sent).toEqual([
      {
        ...{ group: 'b', body: 'b/1', deduplicationId: 'b/1' },
        attributes: { Failures: '3', FailingSince: String(nowMs - 60_000) },
      },
    ]);
    expect(misrouted).toBe(0);
  });

  it('a batch of a FIFO queue waits for deferred messages that are due within a second, and forwards them together', async () => {
    const { log, again, misrouted } = await run({
      messages: ['a/1 in a~x', 'b/1 in b~x', 'c/1 in c~x', 'd/1', 'e/1'],
      attributes: {
        'a/1': { DueAt: nowMs + 1 },
        'b/1': { DueAt: nowMs + 1_000 },
        'c/1': { DueAt: nowMs + 1_001 },
      },
      throws: { 'apply e/1': new WaitError('not yet', { retryAfterMs: 3_000 }) },
    });
    expect(again.toSorted()).toEqual(['c/1', 'e/1']);
    expect(log.slice(0, -4).toSorted()).toEqual([
      ...['apply d/1', 'apply e/1', 'hide c/1 for 1 s', 'hide e/1 for 3 s'],
    ]);
    // The groups of what is done do not wait with the batch.
    expect(log.slice(-4)).toEqual(['delete d/1', 'wait 1000', 'send a/1,b/1', 'delete a/1,b/1']);
    expect(misrouted).toBe(0);
  });

  it('a batch of a FIFO queue that need not be on time hides what is due within a second, and waits for nothing', async () => {
    const { log, again } = await run({
      messages: ['a/1 in a~x'],
      attributes: { 'a/1': { DueAt: nowMs + 400 } },
      isUnpunctual: true,
    });
    expect([log, again]).toEqual([['hide a/1 for 1 s'], ['a/1']]);
  });

  it('a batch of a FIFO queue waits with a deferred message even where the rest of the batch fails', async () => {
    const { log, again } = await run({
      messages: ['a/1 in a~x', 'd/1'],
      attributes: { 'a/1': { DueAt: nowMs + 700 } },
      throws: { 'apply d/1': new Error('fails') },
    });
    expect(again).toEqual(['d/1']);
    expect(log.slice(-3)).toEqual(['wait 700', 'send a/1', 'delete a/1']);
  });

  it('a batch of a FIFO queue sends what came in a group that is not its own to that, deletes it at once, and counts it', async () => {
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

  it('a batch of a FIFO queue retries what it cannot send on', async () => {
    const { again, failures, misrouted } = await run({ messages: ['a/1 in x', 'b/1'], broken: 'send' });
    expect(again).toEqual(['a/1']);
    expect(failures).toEqual(['a/1: send is not to be had']);
    expect(misrouted).toBe(0);
    const deferral = { throws: { 'apply a/1': throttled }, receipts: { 'a/1': 3 } };
    expect((await run({ messages: ['a/1'], ...deferral, broken: 'send' })).again).toEqual(['a/1']);
  });

  it('a batch of a FIFO queue takes waiting for no failure', async () => {
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

  it('a batch of a FIFO queue dead-letters what will never go well, with the reason, and goes on with its group', async () => {
    const wrong = new PermanentError('field x: expected y');
    const { log, failures, again } = await run({ messages: ['a/1', 'a/2'], throws: { 'apply a/1': wrong } });
    expect(log).toEqual([
      'apply a/1',
      'dead-lettered a/1 of a (a/1): field x: expected y',
      'note a/1: field x: expected y',
      'apply a/2',
    ]);
    expect([failures, again]).toEqual([['a/1: field x: expected y, dead-lettered'], []]);
  });

  it('a batch of a FIFO queue dead-letters what is no event, in the group in which it came', async () => {
    const throws = { 'parse a/1': new PermanentError('no JSON') };
    const { log } = await run({ messages: ['a/1 in x', 'x/2'], throws });
    expect(log).toEqual(['dead-lettered a/1 of x (a/1): no JSON', 'note a/1: no JSON', 'apply x/2']);
  });

  it('a batch of a FIFO queue dead-letters what was tried for an hour, and nothing before', async () => {
    const throws = { 'apply a/1': throttled };
    const { log, again } = await run({
      messages: ['a/1', 'a/2'],
      throws,
      attributes: { 'a/1': { Failures: failing.count, FailingSince: failing.sinceMs } },
    });
    expect(log).toEqual([
      'apply a/1',
      'dead-lettered a/1 of a (a/1): throttled',
      'note a/1: throttled',
      'apply a/2',
    ]);
    expect(again).toEqual([]);
    expect((await run({ messages: ['a/1'], throws, receipts: { 'a/1': 400 } })).log).toEqual([
      'apply a/1',
      'send a/1',
    ]);
  });

  it('a batch of a FIFO queue loses nothing where the dead-letter queue is not to be had', async () => {
    const throws = { 'apply a/1': new PermanentError('wrong') };
    const { again, failures } = await run({ messages: ['a/1', 'a/2', 'b/1'], throws, broken: 'deadLetters' });
    expect(again).toEqual(['a/1', 'a/2']);
    expect(failures).toEqual(['a/1: deadLetters is not to be had', 'a/1: wrong']);
  });

  it('a batch of a FIFO queue is done with what is dead-lettered, even where no note can be made of it', async () => {
    const throws = { 'apply a/1': new PermanentError('wrong') };
    const { again, failures } = await run({ messages: ['a/1', 'a/2'], throws, broken: 'note' });
    expect(again).toEqual([]);
    expect(failures).toEqual(['a/1: note is not to be had, dead-lettered', 'a/1: wrong, dead-lettered']);
  });

  it('a batch of a FIFO queue leaves the delay to the lease where it cannot be changed', async () => {
    const { again } = await run({
      messages: ['a/1', 'a/2'],
      throws: { 'apply a/1': throttled },
      broken: 'hide',
    });
    expect(again).toEqual(['a/1', 'a/2']);
  });

  it('a batch of a FIFO queue begins nothing with what is another receiver’s by now', async () => {
    const { log, again } = await run({ messages: ['a/1', 'a/2', 'b/1'], lost: ['a/2'] });
    expect(log).not.toContain('apply a/2');
    expect(again).toEqual(['a/2']);
  });

  it('a batch of a FIFO queue begins nothing new with little time left; what is not begun is retried at once', async () => {
    const { log, again, failures } = await run({
      messages: ['a/1', 'a/2', 'a/3'],
      remainingMs: [60_000, 9_999],
    });
    expect(log).toEqual(['apply a/1', 'hide a/2,a/3 for 0 s']);
    expect([again, failures]).toEqual([['a/2', 'a/3'], []]);
    expect((await run({ messages: ['a/1'], remainingMs: [10_000] })).again).toEqual([]);
  });

  it('a batch of a FIFO queue runs groups side by side', async () => {
    const { log } = await run({ messages: ['a/1', 'a/2', 'b/1', 'c/1'] });
    expect(log.slice(0, 3).sort()).toEqual(['apply a/1', 'apply b/1', 'apply c/1']);
  });
});
