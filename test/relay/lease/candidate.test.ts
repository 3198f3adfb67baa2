import { describe, expect, it } from 'vitest';
import { Candidate } from '../../../relay/lease/candidate.ts';
import { type Lease, type LeaseSpec, leaseTiming } from '../../../relay/lease/lease.ts';
import { ConflictError, NotFoundError, RetryableError } from '../../../shared/model/errors.ts';

const timing = leaseTiming(15_000);
const { signal } = new AbortController();
const held = (holder: string): Lease => ({
  ...{ resourceVersion: '1', holder, durationMs: 15_000, acquiredAt: 't0', renewedAt: 't0', transitions: 2 },
});

/** A candidate at a lease, its requests, and a clock that the test sets. */
function candidate(lease?: Lease) {
  const calls: string[] = [];
  const failures: Error[] = [];
  const state = { lease, now: 1_000, written: undefined as LeaseSpec | undefined };
  const write =
    (name: string) =>
    async (...args: readonly unknown[]) => {
      calls.push(name);
      const error = failures.shift();
      if (error !== undefined) throw error;
      const spec = args.at(-2) as LeaseSpec;
      state.written = spec;
      state.lease = { ...spec, resourceVersion: String(calls.length + 1) };
      return state.lease;
    };
  const read = async () => {
    calls.push('read');
    return state.lease;
  };
  const store = { text: 'Lease', read, create: write('create'), replace: write('replace') };
  const clock = { now: () => state.now, pause: async () => {}, time: () => 'now' };
  return { one: new Candidate({ store, identity: 'a', timing, clock }), calls, failures, state };
}

describe('a candidate for a lease', () => {
  it('creates a lease that is not there, and holds it until it must give up', async () => {
    const { one, calls, state } = candidate();
    expect([one.isHeld, one.ageMs]).toEqual([false, Number.POSITIVE_INFINITY]);
    expect(await one.take(signal)).toBe(true);
    expect(calls).toEqual(['read', 'create']);
    expect([one.heldUntil, one.ageMs]).toEqual([1_000 + timing.giveUpMs, 0]);
    state.now = one.heldUntil - 1;
    expect([one.isHeld, one.ageMs]).toEqual([true, timing.giveUpMs - 1]);
    state.now += 1;
    expect(one.isHeld).toBe(false);
  });

  it('waits while another one holds it, and takes it when its duration is over', async () => {
    const { one, calls, state } = candidate(held('b'));
    expect(await one.take(signal)).toBe(false);
    state.now += 14_999;
    expect(await one.take(signal)).toBe(false);
    state.now += 1;
    expect(await one.take(signal)).toBe(true);
    expect(calls).toEqual(['read', 'read', 'read', 'replace']);
    expect(state.written).toMatchObject({ holder: 'a', acquiredAt: 'now', transitions: 3 });
  });

  it('waits for the duration of a lease that was deleted, and counts its transitions further', async () => {
    const { one, calls, state } = candidate(held('b'));
    await one.take(signal);
    state.lease = undefined;
    expect(await one.take(signal)).toBe(false);
    state.now += 15_000;
    expect(await one.take(signal)).toBe(true);
    expect(calls.at(-1)).toBe('create');
    expect(state.written).toMatchObject({ transitions: 3 });
  });

  it('renews by one write, and reads the lease only if it has changed or is gone', async () => {
    const { one, calls, failures, state } = candidate();
    expect(await one.renew(signal)).toBe(true);
    expect(calls.splice(0)).toEqual(['read', 'create']);
    state.now += 2_000;
    expect(await one.renew(signal)).toBe(true);
    expect(one.heldUntil).toBe(3_000 + timing.giveUpMs);
    expect(calls.splice(0)).toEqual(['replace']);
    for (const error of [new ConflictError('changed'), new NotFoundError('object', 'gone')]) {
      failures.push(error);
      expect(await one.renew(signal)).toBe(true);
      expect(calls.splice(0)).toEqual(['replace', 'read', 'replace']);
    }
    failures.push(new RetryableError('no answer'));
    await expect(one.renew(signal)).rejects.toThrow('no answer');
    expect(calls.splice(0)).toEqual(['replace']);
    expect(one.isHeld).toBe(true);
  });

  it('has lost the lease if another one took it', async () => {
    const { one, failures, state } = candidate();
    await one.take(signal);
    state.lease = { ...held('b'), resourceVersion: '9' };
    failures.push(new ConflictError('changed'));
    expect(await one.renew(signal)).toBe(false);
    expect(one.isHeld).toBe(false);
  });

  it('releases a lease that it holds, and nothing else', async () => {
    const { one, calls, failures, state } = candidate();
    await one.release(signal);
    expect(calls).toEqual([]);
    await one.take(signal);
    failures.push(new RetryableError('no answer'));
    await expect(one.release(signal)).rejects.toThrow('no answer');
    // It may have arrived: nothing may be done under the lease any more.
    expect(one.isHeld).toBe(false);
    await one.take(signal);
    await one.release(signal);
    expect([state.written?.holder, one.isHeld]).toEqual(['', false]);
    const writes = calls.length;
    await one.release(signal);
    await one.take(signal);
    state.now = one.heldUntil;
    await one.release(signal);
    expect(calls.slice(writes)).toEqual(['read', 'replace']);
  });
});
