import type { AlarmView } from '@eks-mesh-sync/embedded-aws/cloud-watch/alarms.ts';
import type { AlarmRow } from '../../shared/report/plan/report.ts';
import { runbookIn } from './alarm-line.ts';

const order = { ALARM: 0, INSUFFICIENT_DATA: 1, OK: 2 } as const;

/** The alarms as the page shows them: those that have started first, then by name. */
export function alarmRows(views: readonly AlarmView[]): readonly AlarmRow[] {
  const rows = views.map(({ alarm, state, sinceMs, value }) => {
    const runbook = runbookIn(alarm);
    return {
      ...{ name: alarm.AlarmName, state, since: new Date(sinceMs).toISOString() },
      ...(value !== undefined && { value }),
      ...(runbook !== undefined && { runbook }),
    };
  });
  return rows.toSorted((a, b) => order[a.state] - order[b.state] || (a.name < b.name ? -1 : 1));
}
