import type { Report } from '../../plan/report.ts';
import { type Html, html } from '../html.ts';
import { command, leftOut, name, number, table, time } from '../parts.ts';

export function deadLettersSection({ deadLetters, deadLetterQueues }: Report): Html {
  const sizes = sizesOf(deadLetterQueues);
  if (deadLetters.total === 0)
    return html`<p class="empty">No message about a known object went to a dead-letter queue in the last 14 days.</p>${sizes}`;
  return html`${sizes}${leftOut(deadLetters, 'messages', 'The dead-letter queues have all.')}
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

/** All that is in the queues: also what is forged, malformed or undelivered, and so about no object. */
function sizesOf(queues: Report['deadLetterQueues']): Html {
  if (queues.length === 0) return html``;
  const sizes = queues.map(
    ({ queue, messages }) =>
      html`<div><dt>${name(queue)}</dt><dd>${number(messages)} ${messages === 1 ? 'message' : 'messages'}</dd></div>`,
  );
  return html`<dl>${sizes}</dl>`;
}
