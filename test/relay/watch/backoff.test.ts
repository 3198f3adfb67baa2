import { afterEach, describe, expect, it, vi } from 'vitest';
import { Backoff, jitteredMs } from '../../../relay/backoff.ts';

afterEach(() => void vi.restoreAllMocks());

const bounds = { baseMs: 100, maxMs: 1_000 };

describe('the waits between attempts', () => {
  it('double up to a maximum, and start from the first again after a success', () => {
    vi.spyOn(Math, 'random').mockReturnValue(1);
    const backoff = new Backoff(bounds);
    expect(backoff.attempt).toBe(0);
    expect([1, 2, 3, 4, 5, 6].map(() => backoff.nextMs())).toEqual([100, 200, 400, 800, 1_000, 1_000]);
    expect(backoff.attempt).toBe(6);
    backoff.reset();
    expect([backoff.attempt, backoff.nextMs()]).toEqual([0, 100]);
  });

  it('are random from 0 to that, so that relays do not retry at the same moments', () => {
    const waits = Array.from({ length: 200 }, () => jitteredMs(bounds, 3));
    expect(Math.min(...waits)).toBeLessThan(100);
    expect(Math.max(...waits)).toBeGreaterThan(300);
    expect(Math.max(...waits)).toBeLessThanOrEqual(400);
  });

  it('stay at the maximum however many fail', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    expect(jitteredMs(bounds, 100_000)).toBe(500);
  });
});
