import type { PodRow, Report } from '../../plan/report.ts';
import { type Html, html } from '../html.ts';
import { badge, command, leftOut, name, number, table } from '../parts.ts';

const states: Readonly<
  Record<PodRow['state'], readonly [level: 'ok' | 'attention' | 'problem', text: string]>
> = {
  failing: ['problem', 'failing'],
  waiting: ['attention', 'in progress'],
  notReady: ['attention', 'not ready'],
  drained: ['ok', 'drained'],
  notSelected: ['ok', 'not selected'],
};

export function podsSection({ pods, podGroups }: Report): Html {
  if (pods.total === 0) return html`<p class="empty">Every pod is registered.</p>`;
  const groups = podGroups.map(
    ({ state, cause, count }) => html`<li>${badge(...states[state])} ${cause}: ${number(count)}</li>`,
  );
  return html`<ul class="groups">${groups}</ul>
${leftOut(pods, 'pods', 'A report of one namespace has the others.')}
${table({
  id: 'pod-rows',
  caption: 'Pods that are not registered, and why',
  rows: pods.rows,
  idOf: (row) => `${row.cluster} ${row.namespace}/${row.name}`,
  columns: [
    {
      title: 'Pod',
      cell: (row) =>
        html`${name(`${row.namespace}/${row.name}`)} <span class="meta">of ${name(row.cluster)}</span>`,
    },
    {
      title: 'State',
      cell: ({ state }) => badge(...states[state]),
      order: ({ state }) => Object.keys(states).indexOf(state),
    },
    { title: 'Why', cell: ({ cause, reason }) => html`<strong>${cause}</strong>: <bdi>${reason}</bdi>` },
    { title: 'To do', cell: (row) => html`<bdi>${row.advice}</bdi> ${command(row.command)}` },
  ],
})}`;
}
