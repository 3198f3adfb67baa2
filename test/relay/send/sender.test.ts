import { describe, expect, it } from 'vitest';
import type { EntryResult } from '../../../relay/send/event-bus.ts';
import { eventually } from '../harness.ts';
import { accept, failing, held, type Put, sending } from './sending.ts';

describe('the order of events', () => {
  it('events of one turn go into one request, at once, in order of arrival', async () => {
    const { sender, offer, requests } = sending(accept);
    sender.open();
    const startedAt = performance.now();
    for (const key of ['a', 'b', 'c']) offer(key);
    await eventually(() => expect(requests).toEqual([['a', 'b', 'c']]));
    expect(performance.now() - startedAt).toBeLessThan(50);
  });

  it('a request has at most ten entries and 256 KB', async () => {
    const { sender, offer, requests } = sending(accept);
    for (let index = 0; index < 12; index++) offer(`small-${index}`);
    for (const key of ['x', 'y', 'z']) offer(key, key.repeat(100 * 1024));
    sender.open();
    await eventually(() => expect(requests.flat()).toHaveLength(15));
    expect(requests.map((details) => details.length)).toEqual([10, 4, 1]);
  });

  it('a newer event replaces the pending one', async () => {
    const { sender, offer, requests, metrics } = sending(accept);
    offer('a', 'a1');
    offer('b', 'b1');
    offer('a', 'a2');
    sender.open();
    await eventually(() => expect(requests).toEqual([['a2', 'b1']]));
    expect(metrics.coalesced.get({})).toBe(1);
  });

  it('two versions of one object are never in flight together', async () => {
    const { put, release, waiting } = held();
    const { sender, offer, requests } = sending(put);
    sender.open();
    offer('a', 'a1');
    await eventually(() => expect(waiting).toHaveLength(1));
    offer('a', 'a2');
    offer('b', 'b1');
    await eventually(() => expect(requests).toEqual([['a1'], ['b1']]));
    release();
    await eventually(() => expect(requests).toEqual([['a1'], ['b1'], ['a2']]));
  });

  it('no more requests than allowed are in flight', async () => {
    const { put, release, waiting } = held();
    const { sender, offer, requests } = sending(put, { requests: 2 });
    sender.open();
    for (let index = 0; index < 45; index++) offer(`${index}`);
    await eventually(() => expect(waiting).toHaveLength(2));
    expect(requests).toHaveLength(2);
    release();
    await eventually(() => expect(requests).toHaveLength(4));
  });

  it('a listing waits until all events offered before it are accepted, including retries', async () => {
    let failures = 3;
    const put: Put = async (entries) =>
      entries.map(({ detail }) => (detail === 'a' && failures-- > 0 ? { errorCode: 'InternalFailure' } : {}));
    const { sender, offer, requests } = sending(put);
    offer('a');
    offer('listing', 'listing', true);
    offer('later');
    sender.open();
    await eventually(() => expect(sender.pending).toBe(0));
    const order = requests.flat();
    expect(order.filter((detail) => detail === 'a')).toHaveLength(4);
    expect(order.indexOf('listing')).toBeGreaterThan(order.lastIndexOf('a'));
    expect(order.indexOf('later')).toBeLessThan(order.indexOf('listing'));
  });
});

describe('failures', () => {
  it('failed entries are sent again, accepted ones are not', async () => {
    const failures = new Map([
      ['b', 2],
      ['d', 1],
    ]);
    const put: Put = async (entries) =>
      entries.map(({ detail }) => {
        const left = failures.get(detail) ?? 0;
        failures.set(detail, left - 1);
        return left > 0 ? { errorCode: 'InternalFailure', errorMessage: 'try again' } : {};
      });
    const { sender, offer, requests, metrics } = sending(put);
    for (const key of ['a', 'b', 'c', 'd']) offer(key);
    sender.open();
    await eventually(() => expect(sender.pending).toBe(0));
    const count = (detail: string) => requests.flat().filter((each) => each === detail).length;
    expect([count('a'), count('b'), count('c'), count('d')]).toEqual([1, 3, 1, 2]);
    expect(metrics.failures.get({ code: 'InternalFailure' })).toBe(3);
    expect(metrics.retries.get({})).toBe(3);
    expect(metrics.sent.get({ type: 'Pod Changed' })).toBe(4);
  });

  it('a response without results has accepted nothing', async () => {
    let answers = 0;
    const put: Put = async (entries) => (answers++ === 0 ? [] : entries.map(() => ({})));
    const { sender, offer, requests } = sending(put);
    offer('a');
    sender.open();
    await eventually(() => expect(sender.pending).toBe(0));
    expect(requests).toEqual([['a'], ['a']]);
  });

  it('throttling pauses all sending, with backoff', async () => {
    let throttled = 6;
    const put: Put = async (entries) =>
      entries.map(() => (throttled-- > 0 ? { errorCode: 'ThrottlingException' } : {}));
    const { sender, offer, logs } = sending(put);
    offer('a');
    sender.open();
    await eventually(() => expect(sender.pending).toBe(0));
    expect(logs.filter(({ message }) => message === 'sending events is paused; will retry')).toHaveLength(6);
  });

  it('requests that fail together count as one failure', async () => {
    let isDown = true;
    const { put, release, waiting } = held();
    const down: Put = async (entries) => {
      await put(entries);
      if (isDown) throw failing('TimeoutError');
      return entries.map(() => ({}));
    };
    const { sender, offer, logs } = sending(down, { requests: 8 });
    for (let index = 0; index < 80; index++) offer(`${index}`);
    sender.open();
    await eventually(() => expect(waiting).toHaveLength(8));
    release();
    await eventually(() => expect(waiting).toHaveLength(8));
    expect(logs.filter(({ message }) => message === 'sending events is paused; will retry')).toHaveLength(1);
    isDown = false;
    release();
    await eventually(() => expect(sender.pending).toBe(0));
  });

  it('a request that fails as a whole is sent again until it succeeds', async () => {
    const errors = ['InternalException', 'TimeoutError', 'AccessDeniedException', 'ThrottlingException'];
    const put: Put = async (entries) => {
      const name = errors.shift();
      if (name) throw failing(name);
      return entries.map(() => ({}));
    };
    const { sender, offer, requests, metrics } = sending(put, { requests: 1 });
    for (const key of ['a', 'b']) offer(key);
    sender.open();
    await eventually(() => expect(sender.pending).toBe(0));
    expect(requests).toHaveLength(5);
    expect(metrics.failures.get({ code: 'AccessDeniedException' })).toBe(2);
  });

  it('a newer event replaces one whose request failed meanwhile', async () => {
    const answer = Promise.withResolvers<readonly EntryResult[]>();
    const puts: Put[] = [() => answer.promise, accept];
    const { sender, offer, requests } = sending((entries) => (puts.shift() ?? accept)(entries));
    sender.open();
    offer('a', 'a1');
    await eventually(() => expect(requests).toEqual([['a1']]));
    offer('a', 'a2');
    answer.reject(failing('TimeoutError'));
    await eventually(() => expect(sender.pending).toBe(0));
    expect(requests).toEqual([['a1'], ['a2']]);
  });

  it('an entry that the bus can never accept is logged with its object, and the others are sent', async () => {
    const put: Put = async (entries) => {
      if (entries.some(({ detail }) => detail === 'poison')) throw failing('ValidationException');
      return entries.map(({ detail }) => (detail === 'malformed' ? { errorCode: 'MalformedDetail' } : {}));
    };
    const { sender, offer, requests, logs } = sending(put);
    for (const key of ['a', 'poison', 'b', 'malformed']) offer(key);
    sender.open();
    await eventually(() => expect(sender.pending).toBe(0));
    expect(requests.flat()).toEqual(expect.arrayContaining(['a', 'b']));
    const reports = logs.filter(
      ({ message }) => message === 'event dropped: the event bus can never accept it',
    );
    expect(reports.map(({ object, code }) => [object, code]).sort()).toEqual([
      ['Pod malformed', 'MalformedDetail'],
      ['Pod poison', 'ValidationException'],
    ]);
  });

  it('an event larger than the request limit is logged with its object and not sent', async () => {
    const { sender, offer, requests, logs } = sending(accept);
    sender.open();
    offer('big', 'x'.repeat(256 * 1024));
    offer('a');
    await eventually(() => expect(requests).toEqual([['a']]));
    expect(logs).toContainEqual(expect.objectContaining({ object: 'Pod big', code: 'TooLarge' }));
  });
});

describe('waitForCapacity', () => {
  it('observers wait while too many events are pending', async () => {
    const { put, release, waiting } = held();
    const { sender, offer } = sending(put, { capacity: 3 });
    sender.open();
    for (const key of ['a', 'b', 'c']) offer(key);
    let hasCapacity = false;
    const waitForCapacity = sender.waitForCapacity()?.then(() => {
      hasCapacity = true;
    });
    await eventually(() => expect(waiting).toHaveLength(1));
    expect(hasCapacity).toBe(false);
    release();
    await waitForCapacity;
    expect(sender.waitForCapacity()).toBeUndefined();
  });

  it('flush sends pending events until its deadline', async () => {
    const { sender, offer, requests } = sending(accept);
    sender.open();
    offer('a');
    await sender.flush(1000);
    expect(requests).toEqual([['a']]);
    const stuck = sending(() => new Promise(() => undefined));
    stuck.sender.open();
    stuck.offer('a');
    await stuck.sender.flush(30);
    expect(stuck.sender.pending).toBe(1);
  });
});
