import type { DriftView, Report } from '../../plan/report.ts';
import { type Html, html } from '../html.ts';
import { badge, command, domId, leftOut, name, number, table, time } from '../parts.ts';

export function driftSection({ drift }: Report): Html {
  if (drift.length === 0) return html`<p class="empty">No cluster was swept yet.</p>`;
  return html`${drift.map(ofCluster)}`;
}

function ofCluster({
  cluster,
  at,
  source,
  durationMs,
  incomplete,
  repairs,
  counts,
  findings,
}: DriftView): Html {
  const id = domId('drift', cluster);
  const from = source === 'relay' ? 'the listing of the relay' : 'the API server';
  const heading = html`<h3 id="${id}">Last sweep of ${name(cluster)}</h3>
<p>${time(at)}, in ${number(durationMs)} ms, from ${from}: ${
    counts.length === 0
      ? badge('ok', 'no difference')
      : html`${badge('attention', `${number(findings.total)} differences`)}, ${number(repairs)} repairs requested`
  }</p>
${incomplete === undefined ? '' : html`<p class="note">${incomplete}</p>`}`;
  if (counts.length === 0) return heading;
  return html`${heading}
<ul class="groups">${counts.map(([kind, count]) => html`<li>${kind}: ${number(count)}</li>`)}</ul>
${leftOut(findings, 'findings', 'The log of the function sweep has the report.')}
${table({
  id: `${id}-rows`,
  caption: `Differences that the last sweep of ${cluster} found`,
  rows: findings.rows,
  idOf: (row) => `${row.kind} ${row.about} ${row.detail}`,
  columns: [
    { title: 'Finding', cell: ({ kind }) => html`${kind}` },
    { title: 'About', cell: ({ about }) => name(about) },
    { title: 'What', cell: ({ detail }) => html`<bdi>${detail}</bdi>` },
    { title: 'Explain', cell: (row) => command(row.command) },
  ],
})}`;
}
