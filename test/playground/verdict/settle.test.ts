import { describe, expect, it } from 'vitest';
import { settled } from '../../../playground/verdict/settle.ts';

/** What happens, by the milliseconds since the start. */
interface Course {
  readonly underWay?: (ms: number) => string | null;
  readonly progress?: (ms: number) => number;
  readonly unsettled?: (ms: number) => string | null;
}

/** A clock that only sleeping moves. */
function virtualClock() {
  let ms = 0;
  const sleep = async (duration: number) => {
    ms += duration;
  };
  return { nowMs: () => ms, sleep };
}

/** When it ends, and with which state. */
async function run({ underWay, progress, unsettled }: Course, onWait: (what: string) => void = () => {}) {
  const clock = virtualClock();
  const activity = {
    underWay: () => underWay?.(clock.nowMs()) ?? null,
    progress: () => String(progress?.(clock.nowMs()) ?? 0),
  };
  const read = async () => ({ unsettled: unsettled?.(clock.nowMs()) ?? null });
  const state = await settled(activity, read, { clock, onWait });
  return { ms: clock.nowMs(), ...state };
}

describe('the end of all work', () => {
  it('is when nothing was under way or done for a second', async () => {
    const { ms, unsettled } = await run({
      underWay: (at) => (at < 3_000 ? 'a message' : null),
      progress: (at) => (at < 5_000 ? Math.floor(at / 500) : 10),
    });
    expect(unsettled).toBeNull();
    expect(ms).toBeGreaterThanOrEqual(6_000);
    expect(ms).toBeLessThan(6_200);
  });

  it('is not between two pieces of work less than a second apart', async () => {
    const { ms } = await run({ underWay: (at) => (at % 900 < 100 && at < 20_000 ? 'a message' : null) });
    expect(ms).toBeGreaterThan(20_000);
  });

  it('is not while the state that is read is not final', async () => {
    const { ms } = await run({ unsettled: (at) => (at < 10_000 ? 'no condition' : null) });
    expect(ms).toBeGreaterThanOrEqual(10_000);
    expect(ms).toBeLessThan(10_200);
  });

  it('is not if something happens while the state is read', async () => {
    let reads = 0;
    const read = async () => {
      reads += reads < 3 ? 1 : 0;
      return { unsettled: null, reads };
    };
    const clock = virtualClock();
    await settled({ underWay: () => null, progress: () => String(reads) }, read, { clock });
    expect(clock.nowMs()).toBeGreaterThanOrEqual(4_000);
  });

  it('is after a minute without progress, with what it waits for', async () => {
    const { ms, unsettled } = await run({
      underWay: () => 'a message about shop is not processed yet',
      progress: (at) => Math.min(5, Math.floor(at / 50_000)),
    });
    expect(unsettled).toBe('no progress for 60 s: a message about shop is not processed yet');
    expect(ms).toBeGreaterThanOrEqual(310_000);
    expect(ms).toBeLessThan(311_000);
  });

  it('has no limit of its own: a large cluster takes hours, as long as there is progress', async () => {
    const hours = 3 * 3_600_000;
    const lines: string[] = [];
    const { ms, unsettled } = await run(
      {
        underWay: (at) => (at < hours ? 'a message about shop is not processed yet' : null),
        progress: (at) => Math.floor(Math.min(at, hours) / 20_000),
      },
      (what) => lines.push(what),
    );
    expect(unsettled).toBeNull();
    expect(ms).toBeGreaterThan(hours);
    expect(ms).toBeLessThan(hours + 25_000);
    expect(new Set(lines)).toEqual(new Set(['a message about shop is not processed yet']));
    expect(lines.length, 'a line each half minute').toBeCloseTo(hours / 30_000, -1);
  });

  it('is a minute after the first pause in a cluster that changes all the time, if the state is final then', async () => {
    const { ms, unsettled } = await run({
      underWay: (at) => (at < 200_000 || at % 900 < 400 ? 'a message' : null),
      progress: (at) => Math.floor(at / 300),
    });
    expect(unsettled).toBeNull();
    expect(ms).toBeGreaterThanOrEqual(260_000);
    expect(ms).toBeLessThan(262_000);
  });

  it('is two minutes after the first pause if the state is never final', async () => {
    const { ms, unsettled } = await run({
      progress: (at) => Math.floor(at / 300),
      unsettled: () => 'no condition',
    });
    expect(unsettled).toBe('the cluster changes all the time: no condition');
    expect(ms).toBeGreaterThanOrEqual(120_000);
    expect(ms).toBeLessThan(121_000);
  });

  it('reads a state that takes long less often', async () => {
    const clock = virtualClock();
    let reads = 0;
    const read = async () => {
      reads += 1;
      await clock.sleep(1_000);
      return { unsettled: clock.nowMs() < 30_000 ? 'no condition' : null };
    };
    await settled({ underWay: () => null, progress: () => '' }, read, { clock });
    expect(clock.nowMs()).toBeLessThan(37_000);
    expect(reads).toBeLessThan(10);
  });
});
