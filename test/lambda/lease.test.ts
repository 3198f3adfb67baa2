import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Lease } from '../../shared/lambda/lease.ts';

const message = (id: string) => ({ id, group: 'g', body: id, receiptHandle: `h-${id}` });
const [a, b, c] = ['a', 'b', 'c'].map(message) as [
  ReturnType<typeof message>,
  ReturnType<typeof message>,
  ReturnType<typeof message>,
];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function leaseOf(hide: (ids: readonly string[]) => Promise<ReadonlySet<string>> = async () => new Set()) {
  const log: string[] = [];
  const failures: unknown[] = [];
  const lease = new Lease([a, b, c], {
    queue: {
      hide: async (messages, seconds) => {
        const ids = messages.map(({ id }) => id);
        log.push(`hide ${ids.join()} for ${seconds} s`);
        return hide(ids);
      },
      delete: async (messages) => void log.push(`delete ${messages.map(({ id }) => id).join()}`),
    },
    onFailure: (error) => failures.push(error),
  });
  return { lease, log, failures };
}

describe('a lease', () => {
  it('a lease costs one request for a batch that ends soon', async () => {
    const { lease, log } = leaseOf();
    void lease.start();
    lease.finish([a, b, c]);
    await lease.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(log).toEqual(['hide a,b,c for 8 s']);
  });

  it('a lease is renewed while the function runs; what is done by then is deleted, so that its group goes on', async () => {
    const { lease, log } = leaseOf();
    void lease.start();
    await vi.advanceTimersByTimeAsync(2_999);
    lease.finish([a]);
    await vi.advanceTimersByTimeAsync(1);
    await vi.advanceTimersByTimeAsync(3_000);
    lease.finish([b, c]);
    await lease.stop();
    expect(log).toEqual(['hide a,b,c for 8 s', 'delete a', 'hide b,c for 8 s', 'hide b,c for 8 s']);
  });

  it('a lease never renews what is to be retried: its delay comes after the renewal under way', async () => {
    const answer = Promise.withResolvers<ReadonlySet<string>>();
    const answers = [answer.promise];
    const { lease, log } = leaseOf(async () => answers.shift() ?? new Set());
    void lease.start();
    const released = lease.release([a], 60);
    await vi.advanceTimersByTimeAsync(10);
    expect(log).toEqual(['hide a,b,c for 8 s']);
    answer.resolve(new Set());
    await released;
    await vi.advanceTimersByTimeAsync(3_000);
    await lease.stop();
    expect(log).toEqual(['hide a,b,c for 8 s', 'hide a for 60 s', 'hide b,c for 8 s']);
  });

  it('a lease hides messages that are released together with one request for each delay', async () => {
    const { lease, log } = leaseOf();
    void lease.start();
    await Promise.all([lease.release([a], 2), lease.release([b], 2), lease.release([c], 3)]);
    await lease.stop();
    expect(log).toEqual(['hide a,b,c for 8 s', 'hide a,b for 2 s', 'hide c for 3 s']);
  });

  it('a lease hides the other messages when one request fails', async () => {
    const { lease, log, failures } = leaseOf(async (ids) => {
      if (ids.includes('a') && ids.length === 1) throw new Error('SQS is down');
      return new Set();
    });
    void lease.start();
    await Promise.all([lease.release([a], 1), lease.release([b], 2), lease.release([c], 3)]);
    await lease.stop();
    expect(failures).toHaveLength(1);
    expect(log.slice(1)).toEqual(['hide a for 1 s', 'hide b for 2 s', 'hide c for 3 s']);
  });

  it('a lease is lost for a message that is another receiver’s by now', async () => {
    const { lease } = leaseOf(async () => new Set(['b']));
    void lease.start();
    await vi.advanceTimersByTimeAsync(0);
    expect([a, b, c].map((one) => lease.isLost(one))).toEqual([false, true, false]);
    await lease.stop();
  });

  it('a lease outlives two renewals that fail, and no third', async () => {
    let isDown = false;
    const { lease, failures } = leaseOf(async () => {
      if (isDown) throw new Error('SQS is down');
      return new Set();
    });
    void lease.start();
    await vi.advanceTimersByTimeAsync(0);
    isDown = true;
    await vi.advanceTimersByTimeAsync(7_900);
    expect(failures).toHaveLength(2);
    expect(lease.isLost(a)).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(lease.isLost(a)).toBe(true);
    isDown = false;
    await vi.advanceTimersByTimeAsync(3_000);
    expect(lease.isLost(a), 'until it is renewed: then nobody else had it').toBe(false);
    await lease.stop();
  });

  it('a lease is waited for before anything is begun, but not for long', async () => {
    const answer = Promise.withResolvers<ReadonlySet<string>>();
    const { lease } = leaseOf(() => answer.promise);
    let isStarted = false;
    void lease.start().then(() => {
      isStarted = true;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(isStarted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isStarted).toBe(true);
    answer.resolve(new Set());
    await lease.stop();
  });

  it('a lease that could never be begun leaves the messages hidden by the queue, and all is handled as ever', async () => {
    const { lease, failures } = leaseOf(async () => {
      throw new Error('SQS is down');
    });
    void lease.start();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(lease.isLost(a)).toBe(false);
    expect(failures.length).toBeGreaterThan(0);
    await lease.stop();
  });
});
