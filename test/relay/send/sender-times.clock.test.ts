import { describe, expect, it, vi } from 'vitest';
import { batchLimits, type EntryResult } from '../../../relay/send/event-bus.ts';
import type { SenderOptions } from '../../../relay/send/sender.ts';
import { useFixedClock } from '../fixed-clock.ts';
import { failing, sending } from './sending.ts';

const start = Date.UTC(2026, 10, 21);
const backoff = { baseMs: 100, maxMs: 1_000 };
const throttled: EntryResult = { errorCode: 'ThrottlingException' };
const failed: EntryResult = { errorCode: 'InternalFailure', errorMessage: 'later' };
const accepted: EntryResult = {};

useFixedClock(start);

type Answer = readonly EntryResult[] | Error;
type Options = Partial<Pick<SenderOptions, 'backoff' | 'requests' | 'capacity' | 'pace'>>;

/** One turn of the event loop takes a millisecond of this clock. A sender whose requests get these answers and are then accepted; when which events were sent. */
function timed(answers: readonly Answer[], options: Options = {}, latencyMs = 0) {
  const left = [...answers];
  const sent: string[] = [];
  const all = sending(
    async (entries) => {
      sent.push(`${Date.now() - start} ${entries.map(({ detail }) => detail.slice(0, 3)).join(' ')}`);
      const answer = left.shift() ?? entries.map(() => accepted);
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
      if (answer instanceof Error) throw answer;
      return answer;
    },
    { backoff, ...options },
  );
  const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
  const messages = (message: string) => all.logs.filter((line) => line.message === message);
  const pauses = () => messages('sending events is paused; will retry').map(({ delayMs }) => delayMs);
  all.sender.open();
  return { ...all, sent, pass, messages, pauses };
}

describe('an event that fails alone', () => {
  it('is sent again after a time that doubles, while others are sent', async () => {
    const { offer, sent, pass, pauses } = timed([[failed], [accepted], [failed]]);
    offer('a');
    await pass(49);
    offer('b');
    await pass(1_000);
    expect(sent).toEqual(['0 a', '49 b', '50 a', '150 a']);
    expect(pauses()).toEqual([]);
  });

  it('is logged with its change and the number of failed ones, unless it is refused for good', async () => {
    const answer = [{ errorCode: 'MalformedDetail' }, accepted, failed];
    const { offer, pass, messages, logs } = timed([answer, [{ errorCode: 'InvalidArgument' }]]);
    for (const key of ['a', 'b', 'c']) offer(key);
    await pass(1_000);
    expect(messages('the event bus did not accept some events; will retry')).toMatchObject([
      { entries: 2, object: 'Pod c', code: 'InternalFailure', reason: 'later' },
    ]);
    expect(logs.filter(({ level }) => level === 'error')).toMatchObject([
      { object: 'Pod a', code: 'MalformedDetail', reason: '' },
      { object: 'Pod c', code: 'InvalidArgument', reason: '' },
    ]);
  });

  it('without a result was not accepted', async () => {
    const { offer, sent, pass, metrics } = timed([[accepted]]);
    offer('a');
    offer('b');
    await pass(1_000);
    expect(sent).toEqual(['0 a b', '50 b']);
    expect(metrics.failures.get({ code: 'NoResult' })).toBe(1);
  });
});

describe('the lag of an event', () => {
  it('is counted in seconds from its observation until it is accepted', async () => {
    const { offer, pass, metrics } = timed([], {}, 250);
    offer('a');
    await pass(1_000);
    expect(metrics.lag.samples().at(-2)).toMatch(/_sum 0\.25\d?$/);
  });
});

describe('the timer of a sender', () => {
  it('is one, however many events wait for the end of a pause, and none after the last event', async () => {
    const { offer, pass, sender } = timed([failing('TimeoutError')]);
    offer('a');
    await pass(10);
    expect(vi.getTimerCount()).toBe(1);
    offer('b');
    await pass(10);
    expect(vi.getTimerCount()).toBe(1);
    await pass(1_000);
    expect([sender.pending, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('is gone when the sender is closed', async () => {
    const { offer, pass, sender } = timed([failing('TimeoutError')]);
    offer('a');
    await pass(10);
    sender.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('ends with the earlier of a retry and the next request of the pace', async () => {
    const { offer, sent, pass } = timed([[failed]], { pace: { intervalMs: 30, burst: 1 } });
    offer('a');
    await pass(10);
    offer('b');
    await pass(1_000);
    expect(sent).toEqual(['0 a', '30 b', '60 a']);
  });
});

describe('a pause of all events', () => {
  it('grows with each failure, and begins again from its base after a request without a failure', async () => {
    const down = failing('TimeoutError');
    const { offer, sent, pass, pauses } = timed([[throttled], [throttled], [accepted], down, down]);
    offer('a');
    await pass(150);
    offer('b');
    await pass(49);
    offer('c');
    await pass(1_000);
    expect(sent).toEqual(['0 a', '50 a', '150 a', '151 b', '201 b c', '301 b c']);
    expect(pauses()).toEqual([50, 100, 50, 100]);
  });

  it('goes on to grow where a request has a failed event', async () => {
    const { offer, pass, pauses } = timed([[throttled, accepted], [failed, accepted], [throttled]]);
    offer('a');
    offer('b');
    await pass(10);
    offer('c');
    await pass(5_000);
    expect(pauses()).toEqual([50, 100]);
  });

  it('is one for requests that fail together, and another one for a request after it', async () => {
    const down = failing('TimeoutError');
    const { offer, pass, pauses } = timed([down, down, down], { requests: 2 }, 5);
    for (let index = 0; index < 20; index++) offer(`${index}`);
    await pass(5_000);
    expect(pauses()).toEqual([50, 100]);
  });

  it('holds up what is offered meanwhile', async () => {
    const { offer, sent, pass, logs } = timed([failing('TimeoutError')]);
    offer('a');
    await pass(20);
    offer('b');
    await pass(1_000);
    expect(sent).toEqual(['0 a', '50 a b']);
    expect(logs[0]).toMatchObject({ bus: 'bus', delayMs: 50, pending: 1 });
  });
});

describe('a steady stream of events', () => {
  const pace = { intervalMs: 50, burst: 1 };

  it('is collected for an interval', async () => {
    const { offer, sent, pass } = timed([], { pace });
    for (const key of ['a', 'b', 'c']) {
      offer(key);
      await pass(10);
    }
    await pass(1_000);
    expect(sent).toEqual(['0 a', '50 b c']);
  });

  it('is sent at once as a full request', async () => {
    const { offer, sent, pass } = timed([], { pace });
    offer('a');
    await pass(10);
    for (let index = 0; index < 11; index++) offer(`${index}`);
    await pass(1_000);
    expect(sent[1]).toBe('10 0 1 2 3 4 5 6 7 8 9');
    expect(sent[2]).toBe('60 10');
  });

  it('uses as many requests at a time as are allowed', async () => {
    const { offer, sent, pass } = timed([], { requests: 2 }, 100);
    for (let index = 0; index < 30; index++) offer(`${index}`);
    await pass(99);
    expect(sent).toHaveLength(2);
    await pass(1_000);
    expect(sent.map((text) => text.split(' ')[0])).toEqual(['0', '0', '101']);
  });
});

describe('the size of an event', () => {
  it.each([
    [batchLimits.bytes, []],
    [
      batchLimits.bytes + 1,
      [`the event has ${batchLimits.bytes + 1} bytes; the maximum is ${batchLimits.bytes}`],
    ],
  ])('may be %i bytes, or it is dropped: %j', async (bytes, reasons) => {
    const { offer, sent, pass, logs, sender } = timed([]);
    offer('a', 'x'.repeat(bytes));
    expect(sender.pending).toBe(1 - reasons.length);
    await pass(10);
    expect(sent).toHaveLength(1 - reasons.length);
    expect(logs.flatMap(({ level, reason }) => (level === 'error' ? [reason] : []))).toEqual(reasons);
  });
});

describe('a sender that is flushed', () => {
  it('sends until its events are accepted, and nothing afterwards', async () => {
    const { offer, sent, pass, sender } = timed([[failed]], {}, 20);
    offer('a');
    const flushed = sender.flush(1_000).then(() => Date.now() - start);
    await pass(200);
    expect(await flushed).toBeGreaterThanOrEqual(90);
    offer('b');
    await pass(1_000);
    expect(sent).toEqual(['0 a', '70 a']);
    expect(sender.pending).toBe(1);
  });

  it('gives up at its deadline', async () => {
    const { offer, sent, pass, sender } = timed([failing('TimeoutError')]);
    offer('a');
    const flushed = sender.flush(30).then(() => Date.now() - start);
    await pass(1_000);
    expect(await flushed).toBe(30);
    expect(sent).toEqual(['0 a']);
  });
});
