import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { EntryResult } from '../../../relay/send/event-bus.ts';
import { accept, failing, held, type Put, sending } from './sending.ts';

const until = (condition: () => boolean) => expect.poll(condition).toBe(true);
const warning = { level: 'warn' };

/** A bus that answers each request with the next of these results for its first entry, and accepts all the rest. */
function answering(...answers: readonly EntryResult[]): Put {
  const left = [...answers];
  return async (entries) => entries.map((_, index) => (index === 0 ? (left.shift() ?? {}) : {}));
}

describe('what a sender reports', () => {
  it('counts accepted and replaced events, and those that wait', async () => {
    const { sender, offer, metrics } = sending(accept);
    offer('a');
    offer('b');
    offer('a', 'a2');
    expect(metrics.pending.get({})).toBe(2);
    expect(sender.pending).toBe(2);
    sender.open();
    await until(() => sender.pending === 0);
    expect(metrics.sent.get({ type: 'Pod Changed' })).toBe(2);
    expect(metrics.coalesced.get({})).toBe(1);
    expect(metrics.pending.get({})).toBe(0);
    expect(metrics.lag.samples().at(-1)).toMatch(/_count 2$/);
  });

  it('logs each accepted event with its change and its lag', async () => {
    const { sender, logs } = sending(accept);
    sender.offer({
      ...{ key: 'a', subject: 'Pod shop/a', type: 'Pod Changed', detail: 'a', afterOthers: false },
      ...{ observedAt: Date.now() - 5_000, correlationId: 'c-1' },
    });
    sender.open();
    await until(() => sender.pending === 0);
    expect(logs).toMatchObject([
      {
        level: 'debug',
        message: 'event sent',
        object: 'Pod shop/a',
        type: 'Pod Changed',
        correlationId: 'c-1',
      },
    ]);
    expect(logs[0]?.lagMs).toBeGreaterThanOrEqual(5_000);
    expect(logs[0]?.lagMs).toBeLessThan(60_000);
  });

  it('warns once of a response with failed entries, and counts each retry', async () => {
    const both: Put = async (entries) =>
      entries.map(() => (requests.length === 1 ? { errorCode: 'Busy', errorMessage: 'later' } : {}));
    const { sender, offer, requests, logs, metrics } = sending(both);
    offer('a');
    offer('b');
    sender.open();
    await until(() => sender.pending === 0);
    expect(logs.filter(({ level }) => level !== 'debug')).toMatchObject([
      {
        ...{ ...warning, message: 'the event bus did not accept some events; will retry' },
        ...{ entries: 2, object: 'Pod a', code: 'Busy', reason: 'later' },
      },
    ]);
    expect(metrics.failures.get({ code: 'Busy' })).toBe(2);
    expect(metrics.retries.get({})).toBe(2);
  });

  it('warns of a pause, which a throttled entry causes, with what waits', async () => {
    const { sender, offer, logs, metrics } = sending(answering({ errorCode: 'ThrottlingException' }));
    offer('a');
    offer('b');
    sender.open();
    await until(() => sender.pending === 0);
    const [pause] = logs.filter(({ message }) => message === 'sending events is paused; will retry');
    expect(pause).toMatchObject({
      ...{ ...warning, bus: 'bus', reason: 'the event bus throttles requests', pending: 1 },
    });
    expect(pause?.delayMs).toBeGreaterThan(0);
    expect(metrics.failures.get({ code: 'ThrottlingException' })).toBe(1);
  });

  it('warns of a request that failed as a whole, and counts each of its events', async () => {
    const put: Put = async (entries) => {
      if (requests.length === 1) throw failing('TimeoutError');
      return entries.map(() => ({}));
    };
    const { sender, offer, requests, logs, metrics } = sending(put);
    offer('a');
    offer('b');
    sender.open();
    await until(() => sender.pending === 0);
    expect(logs.filter(({ level }) => level === 'warn')).toMatchObject([
      { reason: 'PutEvents failed: TimeoutError: made to fail with TimeoutError', pending: 2 },
    ]);
    expect(metrics.failures.get({ code: 'TimeoutError' })).toBe(2);
    expect(metrics.retries.get({})).toBe(2);
  });

  it.each(['MalformedDetail', 'InvalidArgument', 'ValidationException'])(
    'sends the events of a request refused with %s one by one, without a pause, and drops the refused one',
    async (name) => {
      const put: Put = async (entries) => {
        if (entries.some(({ detail }) => detail === 'bad')) throw failing(name);
        return entries.map(() => ({}));
      };
      const { sender, offer, requests, logs, metrics } = sending(put);
      for (const key of ['a', 'bad', 'b']) offer(key);
      sender.open();
      await until(() => sender.pending === 0);
      expect(requests).toEqual([['a', 'bad', 'b'], ['a'], ['bad'], ['b']]);
      const reported = logs.filter(({ level }) => level !== 'debug');
      expect(reported).toMatchObject([
        {
          ...{ level: 'error', message: 'event dropped: the event bus can never accept it' },
          ...{ object: 'Pod bad', type: 'Pod Changed', code: name },
          reason: `${name}: made to fail with ${name}`,
        },
      ]);
      expect(metrics.failures.get({ code: name })).toBe(4);
    },
  );

  it('counts what was thrown and is no error', async () => {
    const put: Put = async (entries) => {
      if (requests.length === 1) throw 'no error';
      return entries.map(() => ({}));
    };
    const { sender, offer, requests, metrics } = sending(put);
    offer('a');
    sender.open();
    await until(() => sender.pending === 0);
    expect(metrics.failures.get({ code: 'Unknown' })).toBe(1);
  });
});

describe('the capacity of a sender', () => {
  const full = () => sending(accept, { capacity: 2 });

  it('is exhausted by as many events as it has places', async () => {
    const { sender, offer } = full();
    offer('a');
    expect(sender.waitForCapacity()).toBeUndefined();
    offer('b');
    const waiting = sender.waitForCapacity();
    expect(waiting).toBeInstanceOf(Promise);
    sender.open();
    await waiting;
    expect(sender.waitForCapacity()).toBeUndefined();
  });

  it('is there again when an event is withdrawn', async () => {
    const { sender, offer, metrics } = full();
    offer('a');
    offer('b');
    const waiting = sender.waitForCapacity();
    sender.withdraw('a');
    await waiting;
    expect(metrics.pending.get({})).toBe(1);
    expect(sender.waitForCapacity()).toBeUndefined();
  });

  it('is not there while as many events are left as it has places', async () => {
    const { sender, offer } = full();
    for (const key of ['a', 'b', 'c']) offer(key);
    let isOver = false;
    const waiting = sender.waitForCapacity()?.then(() => {
      isOver = true;
    });
    sender.withdraw('a');
    await sleep(0);
    expect(isOver).toBe(false);
    sender.withdraw('b');
    await waiting;
    expect(isOver).toBe(true);
  });

  it('is unlimited once all waits have ended', async () => {
    const { sender, offer } = full();
    offer('a');
    offer('b');
    const waiting = sender.waitForCapacity();
    sender.release();
    await waiting;
    offer('c');
    expect(sender.waitForCapacity()).toBeUndefined();
    expect(sender.pending).toBe(3);
  });
});

describe('a sender that makes no progress', () => {
  afterEach(() => void vi.useRealTimers());

  it('says for how long, counted from the first event that waits, or from its start', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_000 });
    const { sender, offer } = sending(held().put);
    const stalledAt = (now: number) => {
      vi.setSystemTime(now);
      return sender.stalledMs();
    };
    expect(stalledAt(5_000), 'nothing waits').toBe(0);
    offer('a');
    expect([stalledAt(5_000), stalledAt(6_000)]).toEqual([0, 1_000]);
    sender.open();
    expect([stalledAt(6_000), stalledAt(6_500)]).toEqual([0, 500]);
    offer('b');
    expect(stalledAt(7_000), 'another one waits already').toBe(1_000);
    sender.close();
  });
});

describe('a sender that was closed', () => {
  it('sends nothing more, and keeps what was in flight without a report', async () => {
    let fail = (_error: Error) => {};
    const put: Put = () => new Promise((_, reject) => (fail = reject));
    const { sender, offer, requests, logs } = sending(put);
    offer('a');
    sender.open();
    await until(() => requests.length === 1);
    sender.close();
    fail(failing('AbortError'));
    offer('b');
    sender.open();
    await sleep(20);
    expect(requests).toEqual([['a']]);
    expect(sender.pending).toBe(2);
    expect(logs).toEqual([]);
  });

  it('does not wait to be flushed', async () => {
    const { sender, offer, requests } = sending(accept);
    offer('a');
    await sender.flush(60_000);
    expect([requests, sender.pending]).toEqual([[], 1]);
  });
});
