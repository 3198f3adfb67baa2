import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergedFailures, type Verdict, verdictOn } from '../../shared/lambda/retry-policy.ts';
import {
  NotDueError,
  OperationInProgressError,
  PermanentError,
  RefusedError,
  RetryableError,
  WaitError,
} from '../../shared/model/errors.ts';

const nowMs = Date.UTC(2026, 10, 27, 10);
const hourMs = 3_600_000;
const attempt = { group: 'local/shop/a', receipts: 1, failures: { count: 0 }, nowMs };
const failure = new RetryableError('throttled');
const wait = (retryAfterMs?: number) =>
  new WaitError('not its turn', retryAfterMs === undefined ? {} : { retryAfterMs });
const deferred = (verdict: Verdict) => {
  if (verdict.do !== 'defer') throw new Error(`expected defer, found ${verdict.do}`);
  return verdict;
};

describe('a wait', () => {
  it.each([
    [wait(1_500), 1, 2],
    [wait(5_000), 19, 5],
    [wait(0), 1, 0],
    [wait(), 1, 1],
    [new OperationInProgressError('op', 'still running'), 2, 2],
    [new NotDueError('not due', { retryAfterMs: 6_100 }), 40, 7],
  ])('a wait of %o at receipt %i is over in %i s', (error, receipts, seconds) => {
    expect(verdictOn(error, { ...attempt, receipts })).toEqual({ do: 'retry', seconds });
  });

  it('a wait of more than five seconds does not hold up its group', () => {
    const { dueAtMs, isShared } = deferred(verdictOn(wait(20_000), attempt));
    expect([dueAtMs - nowMs, isShared]).toEqual([20_000, false]);
  });

  it('a wait of which nobody says how long it is gets longer each time, and never ends in the dead-letter queue', () => {
    const failures = { count: 1, sinceMs: 0, waits: 9 };
    const verdict = deferred(verdictOn(wait(), { ...attempt, failures }));
    expect(verdict.dueAtMs - nowMs).toBeGreaterThanOrEqual(128_000);
    expect(verdict.failures).toEqual({ ...failures, waits: 10 });
  });

  it('a wait counts neither as a failure nor as a receipt, however often it is repeated', () => {
    const failures = { count: 3, sinceMs: nowMs - 2 * hourMs };
    const verdict = deferred(verdictOn(wait(1_000), { ...attempt, receipts: 20, failures }));
    expect(verdict.failures).toEqual(failures);
    expect(verdict.dueAtMs).toBe(nowMs + 1_000);
  });
});

describe('a failure', () => {
  it('a failure is tried again in place after one second and after two, then its group continues', () => {
    expect(verdictOn(failure, attempt)).toEqual({ do: 'retry', seconds: 1 });
    expect(verdictOn(failure, { ...attempt, receipts: 2 })).toEqual({ do: 'retry', seconds: 2 });
    expect(verdictOn(failure, { ...attempt, receipts: 3 }).do).toBe('defer');
    expect(verdictOn(failure, { ...attempt, failures: { count: 1, sinceMs: nowMs } }).do).toBe('defer');
  });

  it.each([
    ['a mistake of the program', new TypeError('x is undefined')],
    ['a refusal that nobody took', new RefusedError('not yours')],
    ['what is not even an error', 'a text'],
  ])('an error that is %s is a failure, too', (_what, error) => {
    expect(verdictOn(error, attempt)).toEqual({ do: 'retry', seconds: 1 });
  });

  it('a failure is deferred twice as long each time, to five minutes at most', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(20), fc.nat(10 * hourMs), (group, count, offsetMs) => {
        const now = nowMs + offsetMs;
        const at = { ...attempt, group, nowMs: now, failures: { count, sinceMs: now } };
        const delayMs = deferred(verdictOn(failure, { ...at, receipts: 3 })).dueAtMs - now;
        const backoffMs = Math.min(4_000 * 2 ** count, 128_000);
        expect(delayMs).toBeGreaterThanOrEqual(backoffMs);
        expect(delayMs).toBeLessThan(2 * backoffMs);
      }),
    );
  });

  it('a failure waits as long as its cause asks for', () => {
    const denied = new RetryableError('denied', { retryAfterMs: 60_000 });
    const delayMs = deferred(verdictOn(denied, attempt)).dueAtMs - nowMs;
    expect(delayMs).toBeGreaterThanOrEqual(60_000);
    expect(delayMs).toBeLessThan(124_000);
    const soon = new RetryableError('soon', { retryAfterMs: 3_000 });
    expect(verdictOn(soon, attempt)).toEqual({ do: 'retry', seconds: 3 });
  });

  it('a failure falls on the same times as others of its group that waited as long, so that they become one message', () => {
    const dueAt = (group: string, at: number) =>
      deferred(verdictOn(failure, { ...attempt, group, receipts: 3, nowMs: at })).dueAtMs;
    const times = new Set(Array.from({ length: 100 }, (_, index) => dueAt('a', nowMs + index * 100)));
    expect(times.size).toBeLessThanOrEqual(4); // of ten seconds, one every four
    const groups = new Set(Array.from({ length: 100 }, (_, index) => dueAt(`pod-${index}`, nowMs)));
    expect(groups.size, 'but not of those of other groups').toBeGreaterThan(50);
  });

  it('a failure is dead-lettered when it was tried for an hour', () => {
    const since = (sinceMs: number) => verdictOn(failure, { ...attempt, failures: { count: 9, sinceMs } }).do;
    expect(since(nowMs - hourMs + 1)).toBe('defer');
    expect(since(nowMs - hourMs)).toBe('dead-letter');
    expect(verdictOn(wait(1_000), { ...attempt, failures: { count: 9, sinceMs: 0 } }).do).toBe('retry');
  });
});

it('a message that can never succeed is dead-lettered at once', () => {
  expect(verdictOn(new PermanentError('field x'), attempt)).toEqual({ do: 'dead-letter' });
});

it('messages that are handled as one have the failures of the freshest, for as long as the oldest', () => {
  expect(mergedFailures([{ count: 4, sinceMs: 100 }, { count: 0 }, { count: 2, sinceMs: 300 }])).toEqual({
    count: 0,
    sinceMs: 100,
  });
  expect(mergedFailures([{ count: 0 }])).toEqual({ count: 0 });
});
