import { describe, expect, it } from 'vitest';
import { Elector } from '../../../relay/lease/elector.ts';
import { leaseTiming } from '../../../relay/lease/lease.ts';
import { RetryableError } from '../../../shared/model/errors.ts';
import { clockOf, type Fate, SimulatedLease, SimulatedTime } from './simulation.ts';

const timing = leaseTiming(15_000);
const fine: Fate = { thereMs: 5, backMs: 5, fails: 'no' };
const text = 'Lease test/relay';

/** One relay, with what it logs. `fails`: whether its requests are lost at this time. */
function electing(fails: (now: number) => boolean = () => false) {
  const time = new SimulatedTime();
  const lease = new SimulatedLease(time);
  const store = lease.by(() => (fails(time.now) ? { ...fine, fails: 'on its way' } : fine));
  const lines: (readonly [level: string, message: string, fields: unknown])[] = [];
  const log = (level: string) => (message: string, fields?: unknown) =>
    void lines.push([level, message, fields]);
  const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
  const elector = new Elector({ store, identity: 'relay-0', timing, clock: clockOf(time, 0, 1), logger });
  const stop = new AbortController();
  const ended = elector.run(
    (term) =>
      new Promise((resolve) => {
        const end = AbortSignal.any([term.signal, stop.signal]);
        if (end.aborted) resolve();
        end.addEventListener('abort', () => resolve());
      }),
    stop.signal,
  );
  return { time, lease, lines, elector, stop, ended, run: (untilMs: number) => time.run(untilMs, () => {}) };
}

describe('what a relay says of the lease', () => {
  it('logs when it holds it and when it releases it', async () => {
    const { run, lines, stop, ended, time } = electing();
    await run(5_000);
    expect(lines).toEqual([
      ['info', 'the lease is held; this relay sends events', { lease: text, identity: 'relay-0' }],
    ]);
    stop.abort();
    await time.run(10_000, () => {});
    await ended;
    expect(lines.slice(1)).toEqual([['info', 'the lease is released', { lease: text }]]);
  });

  it('logs each request that fails, and the loss with its reason', async () => {
    const { run, lines, elector } = electing((now) => now > 5_000);
    await run(20_000);
    const error = `${text}: RetryableError: connection lost`;
    expect(lines[1]).toEqual(['warn', 'cannot read or write the lease; will retry', { error }]);
    expect(lines).toContainEqual([
      ...['warn', 'the lease is lost; this relay has stopped sending and waits for the lease'],
      { lease: text, reason: error },
    ]);
    expect(elector.isHeld).toBe(false);
  });

  it('names another holder as the reason if no request failed', async () => {
    const { run, lines, lease } = electing();
    await run(5_000);
    lease.put({ holder: 'other', durationMs: 15_000, acquiredAt: '', renewedAt: '', transitions: 1 });
    await run(10_000);
    expect(lines.at(-1)).toEqual([
      ...['warn', 'the lease is lost; this relay has stopped sending and waits for the lease'],
      { lease: text, reason: 'another holder, or no renewal within 10000 ms' },
    ]);
  });
});

describe('the fault of a relay that cannot take over', () => {
  it('is none while it holds the lease, or has read lately that another one does', async () => {
    const held = electing();
    await held.run(60_000);
    expect(held.elector.fault).toBe('');
    const waiting = electing();
    waiting.lease.put({ holder: 'other', durationMs: 1e9, acquiredAt: '', renewedAt: '', transitions: 1 });
    await waiting.run(60_000);
    expect([waiting.elector.isHeld, waiting.elector.fault]).toEqual([false, '']);
  });

  it('is why the lease could not be read for as long as it lasts, and ends with the next read', async () => {
    const { run, elector } = electing((now) => now < 20_000);
    expect(elector.fault).toBe(`${text} has not been read`);
    await run(10_000);
    expect(elector.fault).toBe(`${text}: RetryableError: connection lost`);
    await run(40_000);
    expect(elector.fault).toBe('');
  });
});

describe('an error that is a bug', () => {
  it('ends the relay; a request that fails does not', async () => {
    const time = new SimulatedTime();
    const failing = (error: Error) => {
      const read = async () => {
        throw error;
      };
      const store = { text, read, create: read, replace: read };
      const quiet = () => {};
      const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet };
      const stop = new AbortController();
      const elector = new Elector({ store, identity: 'a', timing, clock: clockOf(time, 0, 1), logger });
      return { stop, ended: elector.run(async () => {}, stop.signal) };
    };
    await expect(failing(new TypeError('a bug')).ended).rejects.toThrow('a bug');
    const { stop, ended } = failing(new RetryableError('no answer'));
    stop.abort();
    await expect(ended).resolves.toBeUndefined();
  });
});
