import type { Report } from '../../plan/report.ts';
import { type Html, html } from '../html.ts';
import { command, leftOut, name, table } from '../parts.ts';

export function refusalsSection({ refusals }: Report): Html {
  if (refusals.total === 0) return html`<p class="empty">Nothing is refused.</p>`;
  return html`${leftOut(refusals, 'refusals', 'A report of one namespace has the others.')}
${table({
  id: 'refusal-rows',
  caption: 'What is refused, and why',
  rows: refusals.rows,
  idOf: (row) => `${row.cluster} ${row.about} ${row.what} ${row.reason}`,
  columns: [
    {
      title: 'About',
      cell: ({ about, cluster }) => html`${name(about)} <span class="meta">of ${name(cluster)}</span>`,
    },
    { title: 'Refused', cell: ({ what }) => html`${what}` },
    { title: 'Why', cell: ({ reason }) => html`<bdi>${reason}</bdi>` },
    {
      title: 'To do',
      cell: (row) => html`${row.advice ? html`<bdi>${row.advice}</bdi> ` : ''}${command(row.command)}`,
    },
  ],
})}`;
}
