import type { AlarmRow } from '../../plan/report.ts';
import { type Html, html } from '../html.ts';
import { badge, name, number, table, time } from '../parts.ts';

/** The alarms of a playground. The report of a deployment has none: its function may not read CloudWatch. */
export function alarmsSection(alarms: readonly AlarmRow[]): Html {
  return html`<p>As CloudWatch evaluates them in a deployment. INSUFFICIENT_DATA: the playground is younger than what the alarm evaluates.</p>
${table({
  id: 'alarm-rows',
  caption: 'Alarms, those that have started first',
  rows: alarms,
  idOf: (row) => row.name,
  columns: [
    { title: 'Alarm', cell: (row) => name(row.name) },
    { title: 'State', cell: ({ state }) => badge(levels[state], state) },
    { title: 'Since', cell: ({ since }) => time(since) },
    {
      title: 'Value',
      isNumber: true,
      order: ({ value }) => value ?? -1,
      cell: ({ value }) =>
        value === undefined ? html`<span class="meta">none</span>` : html`${number(value)}`,
    },
    {
      title: 'Runbook',
      cell: ({ runbook }) =>
        runbook === undefined ? html`` : html`<a href="/${runbook}"><code>${runbook}</code></a>`,
    },
  ],
})}`;
}

const levels = { ALARM: 'problem', INSUFFICIENT_DATA: 'attention', OK: 'ok' } as const;
