import type { Report } from '../../plan/report.ts';
import { type Html, html } from '../html.ts';
import { command, leftOut, name, table, time } from '../parts.ts';

export function deadLettersSection({ deadLetters }: Report): Html {
  if (deadLetters.total === 0)
    return html`<p class="empty">No message went to a dead-letter queue in the last 14 days.</p>`;
  return html`${leftOut(deadLetters, 'messages', 'The dead-letter queues have all.')}
${table({
  id: 'dead-letter-rows',
  caption: 'Messages in the dead-letter queues',
  rows: deadLetters.rows,
  idOf: (row) => `${row.cluster} ${row.about} ${row.at} ${row.reason}`,
  columns: [
    {
      title: 'About',
      cell: ({ about, cluster }) => html`${name(about)} <span class="meta">of ${name(cluster)}</span>`,
    },
    { title: 'At', cell: ({ at }) => time(at) },
    { title: 'Why', cell: ({ reason }) => html`<bdi>${reason}</bdi>` },
    { title: 'Explain', cell: (row) => command(row.command) },
  ],
})}`;
}
