import { Cron } from 'croner';

const every = /^@every\s+((?:\d+(?:\.\d+)?(?:ms|s|m|h))+)$/;
const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const maxMissed = 100;

/** The first time of the schedule after a given one; null if there is none. Throws for an invalid schedule. */
export function nextRun(schedule: string, timeZone: string | undefined, after: Date): Date | null {
  if (/\bTZ=/.test(schedule))
    throw new Error('cannot use TZ or CRON_TZ in schedule, use timeZone field instead');
  const period = every.exec(schedule)?.[1];
  if (period !== undefined) return new Date(after.getTime() + periodMs(period));
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== 5 && !schedule.startsWith('@'))
    throw new Error(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  return new Cron(schedule, { timezone: timeZone ?? 'Etc/UTC', paused: true }).nextRun(after);
}

/** The times of the schedule after `after`, up to `until`; of more than 100 only the last, as Kubernetes counts them. */
export function runsBetween(
  schedule: string,
  timeZone: string | undefined,
  after: Date,
  until: Date,
): { readonly last: Date | undefined; readonly count: number; readonly next: Date | null } {
  let last: Date | undefined;
  let count = 0;
  let next = nextRun(schedule, timeZone, after);
  while (next && next <= until) {
    last = next;
    count += 1;
    // After a long pause, the runs long ago are skipped.
    const from = count === maxMissed ? new Date(Math.max(next.getTime(), until.getTime() - 3_600_000)) : next;
    next = nextRun(schedule, timeZone, from);
  }
  return { last, count, next };
}

function periodMs(text: string): number {
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return Math.max(
    1000,
    [...parts].reduce(
      (sum, [, number, unit]) => sum + Number(number) * unitMs[unit as keyof typeof unitMs],
      0,
    ),
  );
}
