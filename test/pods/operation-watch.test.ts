import { describe, expect, it } from 'vitest';
import { OperationWatch } from '../../shared/pods/operation-watch.ts';
import type { CloudMap, Operation } from '../../shared/ports/ports.ts';

type Asked = { serviceId: string; ids: readonly string[]; sinceMs: number; atMs: number };

/** A watch of a Cloud Map whose operations end at a time; `asked` are the calls made. */
function aWatch(endsAtMs: Readonly<Record<string, number>>, { nowMs = 0 } = {}) {
  const asked: Asked[] = [];
  const slept: number[] = [];
  const clock = {
    now: () => nowMs,
    sleep: async (ms: number) => {
      slept.push(ms);
      if (ms < 0 || ms > 1000) throw new Error(`it sleeps ${ms} ms`);
      await new Promise((resolve) => setImmediate(resolve));
      nowMs += ms;
    },
  };
  const operations: CloudMap['operations'] = async (serviceId, { ids, sinceMs }) => {
    asked.push({ serviceId, ids, sinceMs, atMs: nowMs });
    if (asked.length > 50) throw new Error('it asks for ever');
    const known = ids.filter((id) => id in endsAtMs);
    return new Map(
      known.map((id): [string, Operation] => [
        id,
        { status: nowMs >= Number(endsAtMs[id]) ? 'succeeded' : 'pending' },
      ]),
    );
  };
  const watch = new OperationWatch({ operations } as CloudMap, clock);
  const wait = (id: string, { serviceId = 'srv-1', acceptedAtMs = 0, untilMs = 3000 } = {}) =>
    watch.wait({ id, serviceId, acceptedAtMs }, untilMs);
  const waitPatiently = (id: string, untilMs = 3000) =>
    watch.waitPatiently({ id, serviceId: 'srv-1' }, untilMs);
  return { asked, slept, watch, wait, waitPatiently };
}

describe('an operation that is waited for', () => {
  it('an operation that is waited for is first asked about 200 ms after it was accepted, then every 200 ms until it has ended', async () => {
    const { asked, slept, wait } = aWatch({ one: 450 }, { nowMs: 50 });
    expect(await wait('one')).toEqual({ status: 'succeeded' });
    expect(asked).toEqual(
      [200, 400, 600].map((atMs) => ({ serviceId: 'srv-1', ids: ['one'], sinceMs: 0, atMs })),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(slept).toEqual([150, 200, 200]);
  });

  it('an operation that is waited for is asked about after 120 ms when it was accepted 200 ms ago, since it may have been read just before', async () => {
    const { asked, slept, wait } = aWatch({ one: 0 }, { nowMs: 200 });
    await wait('one');
    expect(asked.map(({ atMs }) => atMs)).toEqual([320]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(slept).toEqual([120]);
  });

  it('an operation that is waited for is asked about after 200 ms when it was accepted by a clock that is ahead', async () => {
    const { asked, wait } = aWatch({ one: 0 }, { nowMs: 0 });
    await wait('one', { acceptedAtMs: 5000, untilMs: 9000 });
    expect(asked.map(({ atMs }) => atMs)).toEqual([200]);
  });

  it('an operation that is waited for is pending when the time is up before the next check', async () => {
    const { asked, wait } = aWatch({ one: 10_000 });
    expect(await wait('one', { untilMs: 600 })).toEqual({ status: 'pending' });
    expect(asked.map(({ atMs }) => atMs)).toEqual([200, 400, 600]);
    const late = aWatch({ one: 10_000 });
    expect(await late.wait('one', { untilMs: 599 })).toEqual({ status: 'pending' });
    expect(late.asked.map(({ atMs }) => atMs)).toEqual([200, 400]);
  });

  it('an operation that is waited for is unknown where Cloud Map has forgotten it', async () => {
    expect(await aWatch({}).wait('one')).toBeUndefined();
  });

  it('an operation that is waited for shares a call with all others of its service, from the first to be accepted on', async () => {
    const { asked, wait } = aWatch({ one: 400, two: 0 }, { nowMs: 100 });
    await Promise.all([
      wait('one', { acceptedAtMs: 100 }),
      wait('one', { acceptedAtMs: 100 }),
      wait('two', { acceptedAtMs: 50 }),
    ]);
    expect(asked).toEqual([
      { serviceId: 'srv-1', ids: ['one', 'two'], sinceMs: 50, atMs: 300 },
      { serviceId: 'srv-1', ids: ['one'], sinceMs: 100, atMs: 500 },
    ]);
  });

  it('an operation of another writer is asked about less and less often, and of the last minute', async () => {
    const { asked, waitPatiently } = aWatch({ one: 10_000 }, { nowMs: 100_000 });
    expect(await waitPatiently('one', 103_150)).toEqual({ status: 'succeeded' });
    expect(asked).toEqual([{ serviceId: 'srv-1', ids: ['one'], sinceMs: 40_120, atMs: 100_120 }]);
    const long = aWatch({ one: 200_000 }, { nowMs: 100_000 });
    expect(await long.waitPatiently('one', 103_150)).toEqual({ status: 'pending' });
    expect(long.asked.map(({ atMs }) => atMs - 100_000)).toEqual([120, 320, 720, 1520, 3120]);
  });

  it('an operation of another writer is read with those that gates wait for, and delays none of them', async () => {
    const { asked, wait, waitPatiently } = aWatch({ one: 2_000, two: 1_050 }, { nowMs: 0 });
    const patient = waitPatiently('one', 3_150);
    await new Promise((resolve) => setImmediate(resolve));
    const urgent = wait('two');
    expect(await urgent).toEqual({ status: 'succeeded' });
    expect(asked.slice(1).map(({ ids }) => ids.join())).toEqual(Array.from({ length: 5 }, () => 'one,two'));
    expect(asked.at(-1)?.atMs).toBeLessThan(1_250);
    expect(await patient).toEqual({ status: 'succeeded' });
    expect(asked.length).toBeLessThan(10);
  });

  it('an operation of another writer says nothing about how soon operations end', async () => {
    const { watch, waitPatiently } = aWatch({ one: 10_000 });
    expect(watch.mayEndWithin(900)).toBe(true);
    expect(await waitPatiently('one', 600)).toEqual({ status: 'pending' });
    expect(watch.mayEndWithin(900)).toBe(true);
  });

  it('an operation that is waited for is waited for also when it joins while a call is under way', async () => {
    const ended: Operation = { status: 'succeeded' };
    const asked: string[][] = [];
    const joined: Promise<Operation | undefined>[] = [];
    const join = () => watch.wait({ id: 'two', serviceId: 'srv-1', acceptedAtMs: 0 }, 3000);
    const operations: CloudMap['operations'] = async (_serviceId, { ids }) => {
      asked.push([...ids]);
      if (joined.length === 0) joined.push(join());
      return new Map(ids.map((id) => [id, ended]));
    };
    const clock = { now: () => 1000, sleep: async () => {} };
    const watch = new OperationWatch({ operations } as CloudMap, clock);
    expect(await watch.wait({ id: 'one', serviceId: 'srv-1', acceptedAtMs: 0 }, 3000)).toBe(ended);
    expect(await joined[0]).toBe(ended);
    expect(asked).toEqual([['one'], ['two']]);
  });

  it('an operation that is waited for fails for all who wait when the call fails, and the next waiter asks again', async () => {
    let calls = 0;
    const operations: CloudMap['operations'] = async () => {
      calls += 1;
      if (calls === 1) throw new Error('throttled');
      return new Map([['one', { status: 'succeeded' }]]);
    };
    const watch = new OperationWatch({ operations } as CloudMap, { now: () => 1000, sleep: async () => {} });
    const wait = (id: string) => watch.wait({ id, serviceId: 'srv-1', acceptedAtMs: 0 }, 3000);
    const outcomes = await Promise.allSettled([wait('one'), wait('two')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await wait('one')).toEqual({ status: 'succeeded' });
  });
});
