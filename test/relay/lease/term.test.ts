import { afterEach, describe, expect, it, vi } from 'vitest';
import { Elector, type Term } from '../../../relay/lease/elector.ts';
import { leaseTiming } from '../../../relay/lease/lease.ts';
import { createLogger } from '../../../relay/logger.ts';
import { clockOf, SimulatedLease, SimulatedTime } from './simulation.ts';

afterEach(() => void vi.restoreAllMocks());

/** A relay that never stops by itself, with its terms and the pauses of its clock. */
function electing() {
  const time = new SimulatedTime();
  const lease = new SimulatedLease(time);
  const terms: Term[] = [];
  const pauses: number[] = [];
  const clock = clockOf(time, 0, 1);
  const elector = new Elector({
    store: lease.by(() => ({ thereMs: 5, backMs: 5, fails: 'no' })),
    ...{ identity: 'relay-0', timing: leaseTiming(15_000), logger: createLogger('error', () => {}) },
    clock: {
      ...clock,
      pause(ms, signal) {
        pauses.push(Math.round(ms));
        return clock.pause(ms, signal);
      },
    },
  });
  void elector.run((term) => {
    terms.push(term);
    return new Promise((resolve) => term.signal.addEventListener('abort', () => resolve()));
  }, new AbortController().signal);
  const heldBy = (holder: string) =>
    lease.put({ holder, durationMs: 1e9, acquiredAt: '', renewedAt: '', transitions: 1 });
  return { time, terms, pauses, heldBy, run: (untilMs: number) => time.run(untilMs, () => {}) };
}

describe('the term of a relay', () => {
  it('is over when the process was suspended for longer than the lease lasts, before any code has noticed it', async () => {
    const { run, time, terms } = electing();
    await run(5_000);
    expect(terms.map((term) => term.isHeld())).toEqual([true]);
    time.now += 20_000;
    expect(terms.map((term) => [term.signal.aborted, term.isHeld()])).toEqual([[false, false]]);
  });

  it('stays over when the relay holds the lease again', async () => {
    const { run, heldBy, terms } = electing();
    await run(5_000);
    heldBy('relay-1');
    await run(10_000);
    expect(terms.map((term) => term.isHeld())).toEqual([false]);
    heldBy('');
    await run(20_000);
    expect(terms.map((term) => term.isHeld())).toEqual([false, true]);
  });
});

it('a relay that waits for the lease asks again after the retry time and at random up to a fifth of it', async () => {
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const { run, heldBy, pauses } = electing();
  heldBy('relay-1');
  await run(3_000);
  random.mockReturnValue(0);
  await run(5_000);
  expect(pauses).toEqual([2_200, 2_200, 2_000]);
});
