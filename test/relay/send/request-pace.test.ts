import { describe, expect, it } from 'vitest';
import { RequestPace } from '../../../relay/send/request-pace.ts';
import { eventually } from '../harness.ts';
import { accept, type Put, sending } from './sending.ts';

/** The waits before requests that start one after another, each after its wait. */
function waitsOf(pace: RequestPace, from: number, count: number): number[] {
  let now = from;
  return Array.from({ length: count }, () => {
    const wait = pace.waitMs(now);
    now += wait;
    pace.start(now);
    return wait;
  });
}

describe('RequestPace', () => {
  it('RequestPace lets a burst start at once, then one request per interval', () => {
    const pace = new RequestPace({ intervalMs: 50, burst: 3 });
    expect(waitsOf(pace, 1000, 6)).toEqual([0, 0, 0, 50, 50, 50]);
  });

  it('RequestPace allows one request of the burst again for each interval without requests', () => {
    const pace = new RequestPace({ intervalMs: 50, burst: 3 });
    waitsOf(pace, 1000, 3);
    expect(waitsOf(pace, 1100, 4)).toEqual([0, 0, 50, 50]);
    expect(waitsOf(pace, 99_000, 4)).toEqual([0, 0, 0, 50]);
  });

  it('RequestPace makes nobody wait longer than one interval after requests that did not wait', () => {
    const pace = new RequestPace({ intervalMs: 50, burst: 3 });
    for (let index = 0; index < 100; index++) pace.start(1000);
    expect(waitsOf(pace, 1000, 2)).toEqual([50, 50]);
  });
});

/** Long enough for the sender to start what it may start. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('Sender, with a pace', () => {
  const anHour = 3_600_000;

  it('a Sender with a pace sends events at once while there are few', async () => {
    const { sender, offer, requests } = sending(accept, { pace: { intervalMs: anHour, burst: 3 } });
    sender.open();
    for (const key of ['a', 'b', 'c']) {
      offer(key);
      await eventually(() => expect(sender.pending).toBe(0));
    }
    expect(requests).toEqual([['a'], ['b'], ['c']]);
  });

  it('a Sender with a pace collects events that come faster than the pace, the newest of each object, in order of arrival', async () => {
    const { sender, offer, requests } = sending(accept, { pace: { intervalMs: 200, burst: 1 } });
    sender.open();
    offer('a');
    await eventually(() => expect(sender.pending).toBe(0));
    for (const [key, detail] of ['b b1', 'c c1', 'b b2', 'a a2'].map((text) => text.split(' '))) {
      offer(key ?? '', detail);
      await turn();
    }
    expect(requests).toEqual([['a']]);
    await eventually(() => expect(sender.pending).toBe(0));
    expect(requests).toEqual([['a'], ['b2', 'c1', 'a2']]);
  });

  it('a Sender with a pace sends a full request at once', async () => {
    const { sender, offer, requests } = sending(accept, { pace: { intervalMs: anHour, burst: 1 } });
    sender.open();
    offer('first');
    await eventually(() => expect(sender.pending).toBe(0));
    for (let index = 0; index < 9; index++) offer(`${index}`);
    await turn();
    expect(requests).toHaveLength(1);
    offer('9');
    await eventually(() => expect(sender.pending).toBe(0));
    for (const key of ['x', 'y', 'z']) offer(key, key.repeat(100 * 1024));
    await eventually(() => expect(sender.pending).toBe(1));
    expect(requests.map((details) => details.length)).toEqual([1, 10, 2]);
  });

  it('a Sender with a pace lets no event wait longer than one interval, however many requests were full', async () => {
    const { sender, offer, requests } = sending(accept, { pace: { intervalMs: 100, burst: 2 } });
    for (let index = 0; index < 100; index++) offer(`${index}`);
    sender.open();
    await eventually(() => expect(requests).toHaveLength(10));
    const startedAt = performance.now();
    offer('last');
    await eventually(() => expect(requests.at(-1)).toEqual(['last']));
    expect(performance.now() - startedAt).toBeLessThan(400);
  });

  it('a Sender with a pace retries failed entries at that pace', async () => {
    const put: Put = async (entries) =>
      entries.map(() => (requests.length < 3 ? { errorCode: 'InternalFailure' } : {}));
    const { sender, offer, requests } = sending(put, { pace: { intervalMs: 20, burst: 1 } });
    sender.open();
    offer('a');
    await eventually(() => expect(sender.pending).toBe(0));
    expect(requests).toEqual([['a'], ['a'], ['a']]);
  });
});
