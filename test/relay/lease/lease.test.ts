import { describe, expect, it } from 'vitest';
import { heldBy, isFree, type Lease, leaseTiming, observe, released } from '../../../relay/lease/lease.ts';

const lease: Lease = {
  ...{ resourceVersion: '1', holder: 'a', durationMs: 15_000, acquiredAt: 'then', renewedAt: 'later' },
  transitions: 4,
};
const timing = leaseTiming(15_000);

describe('a lease', () => {
  it('has the proportions of client-go', () => {
    expect(leaseTiming(15_000)).toEqual({ durationMs: 15_000, giveUpMs: 10_000, retryMs: 2_000 });
  });

  it('keeps the time of its first observation until it changes', () => {
    const first = observe(undefined, lease, 100);
    expect(first).toEqual({ lease, at: 100 });
    expect(observe(first, { ...lease }, 200)).toBe(first);
    expect(observe(first, { ...lease, resourceVersion: '2' }, 200)).toMatchObject({ at: 200 });
  });

  it('is free for its holder, for all if nobody holds it, and when it has expired', () => {
    const at = { lease, at: 100 };
    expect([isFree(at, 'b', 15_099), isFree(at, 'b', 15_100)]).toEqual([false, true]);
    expect([isFree(at, 'a', 100), isFree({ lease: { ...lease, holder: '' }, at: 100 }, 'b', 100)]).toEqual([
      ...[true, true],
    ]);
  });

  it('counts a transition when another holder takes it, not when it is renewed or new', () => {
    const usual = { holder: 'a', durationMs: 15_000, renewedAt: 'now' };
    expect(heldBy('a', lease, timing, 'now')).toEqual({ ...usual, acquiredAt: 'then', transitions: 4 });
    expect(heldBy('b', lease, timing, 'now')).toEqual({
      ...{ ...usual, holder: 'b', acquiredAt: 'now', transitions: 5 },
    });
    expect(heldBy('a', undefined, timing, 'now')).toEqual({ ...usual, acquiredAt: 'now', transitions: 0 });
  });

  it('can be taken by anybody after its release', () => {
    expect(released(lease, 'now')).toEqual({ ...lease, holder: '', durationMs: 1000, renewedAt: 'now' });
  });
});
