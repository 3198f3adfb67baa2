import { runsBetween } from '../../kinds/workloads/schedule.ts';

/** What the plan needs to know of a Job of a CronJob. */
export interface CronRun {
  readonly name: string;
  readonly state: 'active' | 'complete' | 'failed';
  readonly startedAtMs: number;
}

export interface CronInput {
  readonly schedule: string;
  readonly timeZone: string | undefined;
  readonly isSuspended: boolean;
  readonly concurrency: 'Allow' | 'Forbid' | 'Replace';
  readonly startingDeadlineMs: number | undefined;
  readonly keepSuccessful: number;
  readonly keepFailed: number;
  readonly createdAt: Date;
  readonly lastScheduledAt: Date | undefined;
  readonly now: Date;
  readonly jobs: readonly CronRun[];
}

export interface CronPlan {
  /** The scheduled time of the Job to create. */
  readonly start: Date | undefined;
  /** Active Jobs that the new one replaces. */
  readonly replaces: readonly string[];
  /** Ended Jobs beyond the history limits, the oldest first. */
  readonly forgets: readonly string[];
  /** Why a run that is due does not start. */
  readonly skipped: 'JobAlreadyActive' | 'MissSchedule' | undefined;
  readonly nextAt: Date | null;
}

/** What a CronJob does now (cronjob/cronjob_controllerv2.go, syncCronJob). */
export function planCron(input: CronInput): CronPlan {
  const forgets = [
    ...beyond(input.jobs, 'complete', input.keepSuccessful),
    ...beyond(input.jobs, 'failed', input.keepFailed),
  ];
  const since = input.lastScheduledAt ?? input.createdAt;
  const { last, next } = runsBetween(input.schedule, input.timeZone, since, input.now);
  const idle = { start: undefined, replaces: [], forgets, skipped: undefined, nextAt: next };
  if (input.isSuspended) return { ...idle, nextAt: null };
  if (!last) return idle;
  const { startingDeadlineMs = Number.POSITIVE_INFINITY } = input;
  if (last.getTime() + startingDeadlineMs < input.now.getTime()) return { ...idle, skipped: 'MissSchedule' };
  const active = input.jobs.filter(({ state }) => state === 'active').map(({ name }) => name);
  if (input.concurrency === 'Forbid' && active.length > 0) return { ...idle, skipped: 'JobAlreadyActive' };
  return { ...idle, start: last, replaces: input.concurrency === 'Replace' ? active : [] };
}

function beyond(jobs: readonly CronRun[], state: CronRun['state'], limit: number): string[] {
  const ended = jobs.filter((job) => job.state === state).sort((a, b) => a.startedAtMs - b.startedAtMs);
  return ended.slice(0, Math.max(0, ended.length - limit)).map(({ name }) => name);
}
