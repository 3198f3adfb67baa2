import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leaseTiming } from '../../../relay/lease/lease.ts';
import { clockOf, type Fate, Process, SimulatedLease, SimulatedTime } from './simulation.ts';

const timing = leaseTiming(15_000);
const fine: Fate = { thereMs: 5, backMs: 5, fails: 'no' };
type Fates = (process: number, now: number) => Fate;

/** Processes at one lease. The first one takes it, because it asks first. */
function simulate(count: number, fates: Fates = () => fine, rates: readonly number[] = []) {
  const time = new SimulatedTime();
  const lease = new SimulatedLease(time);
  const crashed = new Set<number>();
  const fateOf: Fates = (index, now) =>
    crashed.has(index) ? { ...fine, fails: 'on its way' } : fates(index, now);
  const start = (index: number) => {
    const store = lease.by(() => fateOf(index, time.now));
    const clock = clockOf(time, index * 1e9, rates[index] ?? 1);
    return new Process(`relay-${index}`, store, timing, clock);
  };
  const processes = Array.from({ length: count }, (_, index) => start(index));
  /** Who sends, from each moment at which that changes. */
  const history: { readonly at: number; readonly senders: string }[] = [];
  const note = () => {
    const senders = processes
      .filter(({ sends }, index) => sends && !crashed.has(index))
      .map(({ identity }) => identity)
      .join(' and ');
    if (history.at(-1)?.senders !== senders) history.push({ at: time.now, senders });
  };
  return {
    ...{ lease, processes, history },
    run: (untilMs: number) => time.run(untilMs, note),
    /** From now on nothing of the process arrives anywhere. */
    crash: (index: number) => crashed.add(index),
    join: () => processes.push(start(processes.length)),
    /** When the named process began to send for the last time. */
    began: (name: string) => history.findLast(({ senders }) => senders === name)?.at ?? Number.NaN,
  };
}

/** The process cannot reach the API server. */
const partition =
  (process: number, from: number, to: number): Fates =>
  (index, now) =>
    index === process && now >= from && now < to ? { ...fine, fails: 'on its way' } : fine;

describe('the lease', () => {
  it('the lease is taken by one of three processes, which keeps it', async () => {
    const { run, history, lease } = simulate(3);
    await run(60_000);
    expect(history.map(({ senders }) => senders)).toEqual(['', 'relay-0']);
    expect(lease.lease).toMatchObject({ holder: 'relay-0', durationMs: 15_000, transitions: 0 });
    expect(lease.writes).toBeGreaterThan(25);
  });

  it('the lease of a process that crashes is taken between its duration and a retry later', async () => {
    const { run, crash, began } = simulate(2);
    await run(20_000);
    crash(0);
    await run(60_000);
    expect(began('relay-1')).toBeGreaterThan(20_000 + timing.durationMs - timing.retryMs);
    expect(began('relay-1')).toBeLessThan(20_000 + timing.durationMs + 1.2 * timing.retryMs + 50);
  });

  it('a process that cannot reach the API server ceases to send before another one begins, and waits afterwards', async () => {
    const { run, history, began } = simulate(2, partition(0, 20_000, 80_000));
    await run(120_000);
    expect(history.map(({ senders }) => senders)).toEqual(['', 'relay-0', '', 'relay-1']);
    const ceased = history[2]?.at ?? Number.NaN;
    expect(began('relay-1') - ceased).toBeGreaterThan(timing.durationMs - timing.giveUpMs - 50);
  });

  it('a renewal without an answer does not keep a process sending', async () => {
    const stuck: Fates = (index, now) => (index === 0 && now > 20_000 ? { ...fine, thereMs: 60_000 } : fine);
    const { run, history, processes } = simulate(2, stuck);
    await run(20_000 + timing.giveUpMs);
    expect(processes[0]?.leads).toBe(false);
    await run(60_000);
    expect(history[2]?.senders).toBe('');
    expect(history[2]?.at).toBeLessThanOrEqual(20_000 + timing.giveUpMs);
  });

  it('a write whose answer is lost does not cost the lease', async () => {
    const lossy: Fates = (_, now) => (now % 7000 < 2500 ? { ...fine, fails: 'on its way back' } : fine);
    const { run, history } = simulate(2, lossy);
    await run(200_000);
    expect(history.map(({ senders }) => senders).slice(0, 2)).toEqual(['', expect.any(String)]);
    expect(history).toHaveLength(2);
  });

  it('a process that stops releases the lease, and another one takes it within a retry', async () => {
    const { run, processes, lease, began } = simulate(2);
    await run(20_000);
    processes[0]?.stop();
    await run(20_100);
    await processes[0]?.ended;
    // The other one may have taken it in this tenth of a second.
    expect(lease.holders.slice(0, 2)).toEqual(['relay-0', '']);
    await run(30_000);
    expect(lease.holders).toEqual(['relay-0', '', 'relay-1']);
    expect(began('relay-1')).toBeLessThan(20_000 + 1.2 * timing.retryMs + 50);
  });

  it('the duration that counts is that which the holder wrote', async () => {
    const { run, lease, began } = simulate(1);
    lease.put({ holder: 'somebody', durationMs: 40_000, acquiredAt: '', renewedAt: '', transitions: 3 });
    await run(90_000);
    expect(began('relay-0')).toBeGreaterThan(40_000);
    expect(lease.lease).toMatchObject({ holder: 'relay-0', durationMs: 15_000, transitions: 4 });
  });

  it('a lease that is deleted stays with its holder, even if the holder cannot renew it for a while', async () => {
    const { run, history, lease } = simulate(3, partition(0, 20_000, 25_000));
    await run(20_000);
    lease.delete();
    await run(60_000);
    expect(history.map(({ senders }) => senders)).toEqual(['', 'relay-0']);
  });

  it('a process that starts after a deletion sends beside the holder for a retry at most', async () => {
    const { run, history, lease, join } = simulate(1);
    await run(20_000);
    lease.delete();
    join();
    await run(60_000);
    expect(history.map(({ senders }) => senders).slice(1)).toEqual([
      'relay-0',
      'relay-0 and relay-1',
      'relay-1',
    ]);
    expect((history[3]?.at ?? Number.NaN) - (history[2]?.at ?? 0)).toBeLessThan(timing.retryMs + 50);
  });
});

const fault = fc.record({
  process: fc.nat(2),
  from: fc.nat(150_000),
  lasts: fc.nat(40_000),
  fails: fc.constantFrom('on its way' as const, 'on its way back' as const),
});
const schedule = fc.record({
  faults: fc.array(fault, { maxLength: 8 }),
  latencies: fc.array(fc.oneof(fc.nat(50), fc.nat(12_000)), { minLength: 1, maxLength: 40 }),
  rates: fc.array(fc.double({ min: 0.92, max: 1.08, noNaN: true }), { minLength: 3, maxLength: 3 }),
  crash: fc.option(fc.nat(150_000)),
  stop: fc.option(fc.nat(150_000)),
});

describe('two processes', () => {
  it('two processes never send at the same time, and one sends again after all faults', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async ({ faults, latencies, rates, crash, stop }) => {
        let request = 0;
        const latency = (now: number) => (now < 200_000 ? (latencies[request++ % latencies.length] ?? 0) : 5);
        const fates: Fates = (process, now) => ({
          ...{ thereMs: latency(now), backMs: latency(now) },
          fails:
            faults.find(
              (each) => each.process === process && now >= each.from && now < each.from + each.lasts,
            )?.fails ?? 'no',
        });
        const simulation = simulate(3, fates, rates);
        const ends = [
          { at: crash, end: () => simulation.crash(1) },
          { at: stop, end: () => simulation.processes[2]?.stop() },
        ].filter(({ at }) => at !== null);
        for (const { at, end } of ends.toSorted((one, other) => Number(one.at) - Number(other.at))) {
          await simulation.run(Number(at));
          end();
        }
        await simulation.run(245_000);
        expect(simulation.history.filter(({ senders }) => senders.includes(' and '))).toEqual([]);
        expect(simulation.history.at(-1)?.senders).toMatch(/^relay-\d$/);
      }),
      { numRuns: Number(process.env.PROPERTY_RUNS ?? 40) },
    );
  });
});
