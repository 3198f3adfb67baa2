import { describe, expect, it } from 'vitest';
import { type CronInput, planCron } from '../../src/controllers/cron-job/plan.ts';
import { nextRun } from '../../src/kinds/workloads/schedule.ts';
import { scheduleFault, zoneFault } from '../../src/kinds/workloads/schedule-faults.ts';

const at = (text: string) => new Date(`2026-11-28T${text}Z`);
const input = (changes: Partial<CronInput>): CronInput => ({
  schedule: '*/10 * * * *',
  timeZone: undefined,
  isSuspended: false,
  concurrency: 'Allow',
  startingDeadlineMs: undefined,
  keepSuccessful: 3,
  keepFailed: 1,
  createdAt: at('12:01:00'),
  lastScheduledAt: undefined,
  now: at('12:10:05'),
  jobs: [],
  ...changes,
});
const active = { name: 'a', state: 'active' as const, startedAtMs: 0 };

describe('the plan of a CronJob', () => {
  it.each<[string, Partial<CronInput>, object]>([
    ['starts a run that is due', {}, { start: at('12:10:00'), nextAt: at('12:20:00') }],
    ['starts nothing before the time', { now: at('12:09:59') }, { start: undefined, nextAt: at('12:10:00') }],
    ['starts each time once', { lastScheduledAt: at('12:10:00') }, { start: undefined }],
    ['starts only the last of several missed', { now: at('13:05:00') }, { start: at('13:00:00') }],
    ['starts nothing while suspended', { isSuspended: true }, { start: undefined, nextAt: null }],
    [
      'misses a run after its deadline',
      { startingDeadlineMs: 3000 },
      { start: undefined, skipped: 'MissSchedule' },
    ],
    ['Allow: starts beside an active Job', { jobs: [active] }, { start: at('12:10:00'), replaces: [] }],
    [
      'Forbid: skips while a Job is active',
      { concurrency: 'Forbid', jobs: [active] },
      { start: undefined, skipped: 'JobAlreadyActive' },
    ],
    [
      'Replace: deletes the active Job',
      { concurrency: 'Replace', jobs: [active] },
      { start: at('12:10:00'), replaces: ['a'] },
    ],
    [
      'forgets the oldest ended Jobs beyond the limits',
      {
        keepSuccessful: 1,
        keepFailed: 0,
        jobs: [
          { name: 'new', state: 'complete', startedAtMs: 2 },
          { name: 'old', state: 'complete', startedAtMs: 1 },
          { name: 'bad', state: 'failed', startedAtMs: 3 },
        ],
      },
      { forgets: ['old', 'bad'] },
    ],
    [
      'skips a long pause quickly',
      { schedule: '* * * * *', createdAt: new Date(0) },
      { start: at('12:10:00') },
    ],
    ['knows time zones', { schedule: '30 17 * * *', timeZone: 'Asia/Kolkata' }, { nextAt: at('12:00:00') }],
  ])('%s', (_, changes, expected) => {
    const given = changes.timeZone ? { ...changes, now: at('11:59:00'), createdAt: at('11:58:00') } : changes;
    expect(planCron(input(given))).toMatchObject(expected);
  });

  it.each([
    ['@hourly', undefined],
    ['@every 90s', undefined],
    ['0 0 1 JAN,JUL MON-FRI', undefined],
    ['0 0 * * 7', 'end of range (7) above maximum (6): 7'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['30-10 * * * *', 'beginning of range (30) beyond end of range (10): 30-10'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['0 */5 * * * *', 'expected exactly 5 fields, found 6: [0 */5 * * * *]'],
    ['TZ=UTC * * * * *', 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'],
    ['61 * * * *', 'end of range (61) above maximum (59): 61'],
    ['every day', expect.any(String)],
  ])('judges the schedule %s', (schedule, fault) => {
    expect(scheduleFault(schedule)).toEqual(fault);
  });

  it('refuses an unknown time zone', () => {
    expect(zoneFault('Europe/Nowhere')).toBe('unknown time zone Europe/Nowhere');
    expect(zoneFault('Europe/Berlin')).toBeUndefined();
  });

  it('takes a day of the month or of the week if both are given', () => {
    expect(nextRun('0 0 1 * 1', undefined, at('12:00:00'))).toEqual(new Date('2026-11-30T00:00:00Z'));
  });
});
