import { describe, expect, it } from 'vitest';
import { Outbox, type OutboxEvent } from '../../../relay/send/outbox.ts';

const event = (key: string, changes: Partial<OutboxEvent> = {}): OutboxEvent => ({
  ...{ key, subject: `Pod ${key}`, type: 'Pod Changed', detail: key, bytes: 10, observedAt: 1 },
  ...{ afterOthers: false, ...changes },
});
const unlimited = { entries: 10, bytes: 1_000 };

function anOutbox(...events: readonly (string | OutboxEvent)[]) {
  const outbox = new Outbox();
  for (const offered of events) outbox.offer(typeof offered === 'string' ? event(offered) : offered);
  const take = (limits = unlimited, now = 0, onlyFull = false) => outbox.take(limits, now, onlyFull);
  const details = (...args: Parameters<typeof take>) => take(...args).map((pending) => pending.event.detail);
  return { outbox, take, details };
}

describe('a batch of the outbox', () => {
  it('has the oldest events, up to the number of entries', () => {
    const { outbox, details } = anOutbox('a', 'b', 'c');
    expect(details({ ...unlimited, entries: 2 })).toEqual(['a', 'b']);
    expect(details()).toEqual(['c']);
    expect(details()).toEqual([]);
    expect(outbox.size, 'in flight').toBe(3);
  });

  it.each([
    [30, ['a', 'b', 'c']],
    [29, ['a', 'b']],
    [10, ['a']],
    [9, ['a']],
  ])('of at most %i bytes has %j of three events with 10 bytes', (bytes, expected) => {
    expect(anOutbox('a', 'b', 'c').details({ ...unlimited, bytes })).toEqual(expected);
  });

  it.each<[string, typeof unlimited, number]>([
    ['waits while the request can take more', { entries: 4, bytes: 31 }, 0],
    ['goes with all its entries', { entries: 3, bytes: 1_000 }, 3],
    ['goes if the next event does not fit', { entries: 10, bytes: 29 }, 2],
  ])('if only a full one may go, %s', (_what, limits, count) => {
    expect(anOutbox('a', 'b', 'c').take(limits, 0, true)).toHaveLength(count);
  });

  it('that only a full one may replace leaves the events where they are', () => {
    const { details } = anOutbox('a', 'b');
    expect(details(unlimited, 0, true)).toEqual([]);
    expect(details()).toEqual(['a', 'b']);
  });

  it('has no other event next to one that is sent alone', () => {
    const { outbox, take, details } = anOutbox('a', 'b', 'c');
    const [a, b] = take({ ...unlimited, entries: 2 });
    for (const pending of [a, b]) {
      if (pending === undefined) throw new Error('there are two');
      pending.alone = true;
      outbox.giveBack(pending);
    }
    expect(details(), 'the one that was never alone comes first').toEqual(['c']);
    expect(details(unlimited, 0, true), 'it is full').toEqual(['a']);
    expect(details()).toEqual(['b']);
  });

  it('has an event that was given back only when it is due', () => {
    const { outbox, take, details } = anOutbox('a');
    const [pending] = take();
    if (pending === undefined) throw new Error('there is one');
    pending.notBefore = 5;
    outbox.giveBack(pending);
    expect(details(unlimited, 4)).toEqual([]);
    expect(details(unlimited, 5)).toEqual(['a']);
  });
});

describe('an event that replaces another', () => {
  it('has the place and the observation time of the older one', () => {
    const { outbox, take } = anOutbox('a', 'b');
    expect(outbox.offer(event('c'))).toBe(false);
    expect(outbox.offer(event('a', { detail: 'a2', observedAt: 9 }))).toBe(true);
    expect(outbox.size).toBe(3);
    expect(take().map((pending) => [pending.event.detail, pending.event.observedAt])).toEqual([
      ['a2', 1],
      ['b', 1],
      ['c', 1],
    ]);
  });

  it('waits while the older one is in flight, and replaces it if it fails', () => {
    const { outbox, take, details } = anOutbox('a');
    const [pending] = take();
    if (pending === undefined) throw new Error('there is one');
    expect(outbox.offer(event('a', { detail: 'a2', observedAt: 9 }))).toBe(false);
    expect(outbox.size).toBe(2);
    expect(details()).toEqual([]);
    outbox.giveBack(pending);
    expect(outbox.size).toBe(1);
    expect(details()).toEqual(['a2']);
  });

  it('goes as soon as the older one is settled', () => {
    const { outbox, take, details } = anOutbox('a');
    const [pending] = take();
    if (pending === undefined) throw new Error('there is one');
    outbox.offer(event('a', { detail: 'a2' }));
    outbox.settle(pending);
    expect(outbox.size).toBe(1);
    expect(details()).toEqual(['a2']);
  });

  it('is gone once it is withdrawn', () => {
    const { outbox, details } = anOutbox('a', 'b');
    outbox.withdraw('a');
    expect(outbox.size).toBe(1);
    expect(details()).toEqual(['b']);
  });
});

describe('an event that waits for those before it', () => {
  const listing = event('listing', { afterOthers: true });

  it('is sent after all that were offered before it, and does not wait for later ones', () => {
    const { outbox, take, details } = anOutbox('a', listing, 'b');
    const sent = take();
    expect(sent.map((pending) => pending.event.detail)).toEqual(['a', 'b']);
    expect(details(), 'an older one is in flight').toEqual([]);
    const [a] = sent;
    if (a === undefined) throw new Error('there is one');
    outbox.settle(a);
    expect(details(), 'a later one is in flight').toEqual(['listing']);
  });

  it('waits for an older event that was given back, also while that is not due', () => {
    const { outbox, take, details } = anOutbox('a', listing);
    const [a] = take();
    if (a === undefined) throw new Error('there is one');
    a.notBefore = 5;
    outbox.giveBack(a);
    expect(details()).toEqual([]);
    expect(details(unlimited, 5)).toEqual(['a']);
  });

  it('does not wait for another of its kind', () => {
    expect(anOutbox(listing, event('other', { afterOthers: true })).details()).toEqual(['listing', 'other']);
  });
});

describe('when the outbox has something to send next', () => {
  it('is the earliest time that is still to come', () => {
    const { outbox, take } = anOutbox('a', 'b', 'c', 'd');
    expect(outbox.nextNotBefore(0)).toBeUndefined();
    for (const [index, pending] of take().entries()) {
      pending.notBefore = [7, 5, 6, 0][index] ?? 0;
      outbox.giveBack(pending);
    }
    expect([0, 4, 5, 6, 7].map((now) => outbox.nextNotBefore(now))).toEqual([5, 5, 6, 7, undefined]);
  });
});
