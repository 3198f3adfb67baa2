import { describe, expect, it } from 'vitest';
import { PermanentError, WaitError } from '../../shared/model/errors.ts';
import { run, throttled } from './fifo-batch-run.ts';

describe('messages of a group that ask for the same', () => {
  const joint = ['a'];

  it('messages of a group that ask for the same are recorded, each of them, before any is applied; then they are applied as one', async () => {
    const { log, again } = await run({ messages: ['a/1', 'b/1', 'a/2', 'a/3'], joint });
    expect(log.filter((line) => !line.includes('b/'))).toEqual([
      'record a/1',
      'record a/2',
      'record a/3',
      'apply a/1 and apply a/2 and apply a/3',
    ]);
    expect(again).toEqual([]);
  });

  it('messages of all such groups of a batch are recorded before any is applied, so that the groups read together', async () => {
    const { log } = await run({ messages: ['a/1', 'a/2', 'a/3', 'b/1'], joint: ['a', 'b'] });
    expect(log.slice(0, 4).toSorted()).toEqual(['record a/1', 'record a/2', 'record a/3', 'record b/1']);
    expect(log.slice(4)).toEqual(['apply a/1 and apply a/2 and apply a/3', 'apply b/1']);
  });

  it('messages of a group are applied if those of another one could not be recorded', async () => {
    const throws = { 'record a/1': throttled };
    const { log, again } = await run({ messages: ['a/1', 'b/1'], throws, joint: ['a', 'b'] });
    expect(log.toSorted()).toEqual(['apply b/1', 'hide a/1 for 1 s', 'record a/1', 'record b/1']);
    expect(again).toEqual(['a/1']);
  });

  it('messages of a group that ask for the same are recorded as repeated if they were received before', async () => {
    const { repeated } = await run({ messages: ['a/1', 'a/2'], joint, receipts: { 'a/1': 2 } });
    expect(repeated).toEqual(['a/1']);
  });

  it('messages of a group that ask for the same are retried together when what they ask for fails, reported once', async () => {
    const { log, failures, again } = await run({
      messages: ['a/1', 'a/2'],
      receipts: { 'a/1': 2 },
      throws: { 'apply a/1 and apply a/2': throttled },
      joint,
    });
    expect(log.at(-1)).toBe('hide a/1,a/2 for 2 s');
    expect([failures, again]).toEqual([['a/2: throttled'], ['a/1', 'a/2']]);
  });

  it('messages of a group that ask for the same are deferred as one message, that asks for the same, when it goes on failing', async () => {
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

  it('messages of a group that ask for the same are applied as far as they were recorded; what was not, and what follows it, is retried', async () => {
    const { log, again } = await run({
      messages: ['a/1', 'a/2', 'a/3'],
      throws: { 'record a/2': throttled },
      joint,
    });
    expect(log).toEqual(['record a/1', 'record a/2', 'apply a/1', 'hide a/2,a/3 for 1 s']);
    expect(again).toEqual(['a/2', 'a/3']);
  });

  it('messages of a group that ask for the same are dead-lettered each for itself where it is one of them that is wrong', async () => {
    const { log, again } = await run({
      messages: ['a/1', 'a/2', 'a/3'],
      throws: { 'parse a/2': new PermanentError('wrong') },
      joint,
    });
    expect(log).toEqual([
      'record a/1',
      'dead-lettered a/2 of a (a/2): wrong',
      'note a/2: wrong',
      'record a/3',
      'apply a/1 and apply a/3',
    ]);
    expect(again).toEqual([]);
  });

  it('messages of a group that ask for the same are dead-lettered as one, the last, where what they ask for can never be', async () => {
    const { log, again } = await run({
      messages: ['a/1', 'a/2'],
      throws: { 'apply a/1 and apply a/2': new PermanentError('wrong') },
      joint,
    });
    expect(log.slice(-2)).toEqual(['dead-lettered a/2 of a (a/2): wrong', 'note a/2: wrong']);
    expect(again).toEqual([]);
  });

  it('messages of a group that ask for the same are not begun with little time left, and are retried at once', async () => {
    const { log, again } = await run({ messages: ['a/1', 'a/2'], remainingMs: [9_999], joint });
    expect(log).toEqual(['hide a/1,a/2 for 0 s']);
    expect(again).toEqual(['a/1', 'a/2']);
  });

  it('messages of several groups that are deferred at the same time are sent with one request, and so received together', async () => {
    const wait = new WaitError('its turn is later', { retryAfterMs: 9_000 });
    const groups = ['a', 'b', 'c', 'd'];
    const { log, sent, again } = await run({
      messages: groups.map((group) => `${group}/1`),
      joint: groups,
      throws: Object.fromEntries(groups.map((group) => [`apply ${group}/1`, wait])),
    });
    expect(again).toEqual([]);
    expect(sent.map(({ group }) => group.split('~')[0])).toEqual(groups);
    expect(log.filter((line) => line.startsWith('send '))).toHaveLength(1);
  });
});
