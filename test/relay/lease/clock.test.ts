import { describe, expect, it } from 'vitest';
import { monotonicClock } from '../../../relay/lease/clock.ts';

describe('the clock of a lease', () => {
  it('has the time of day in microseconds, as a Lease of the cluster must', () => {
    const text = monotonicClock.time();
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}000Z$/);
    expect(Math.abs(Date.parse(text) - Date.now())).toBeLessThan(60_000);
  });

  it('goes on while it waits, and an abort ends the wait', async () => {
    const { now, pause } = monotonicClock;
    const before = now();
    await pause(15, new AbortController().signal);
    expect(now() - before).toBeGreaterThan(10);
    const later = AbortSignal.timeout(5);
    await pause(3_600_000, later);
    await pause(3_600_000, later);
    expect(now() - before).toBeLessThan(60_000);
  });
});
