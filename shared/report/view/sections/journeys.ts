import { journeySteps } from '../../../model/journey.ts';
import type { JourneyRow, Report } from '../../plan/report.ts';
import { type Html, html } from '../html.ts';
import { type Column, leftOut, name, number, table, time } from '../parts.ts';

const barWidth = 180;

export function journeysSection({ journeys }: Report): Html {
  if (journeys.total === 0)
    return html`<p class="empty">No registration was recorded with its times yet.</p>`;
  const totals = journeys.rows.map(totalMs).toSorted((a, b) => a - b);
  const median = totals[Math.floor(totals.length / 2)] ?? 0;
  const longest = Math.max(1, totals.at(-1) ?? 1);
  return html`<p>Of the last ${number(totals.length)} changes, half took ${number(median)} ms or less, the slowest ${number(longest)} ms. The time of readiness is that of the API server, to the second. “Registered” is known of pods with the readiness gate: only they wait for the end of the operation.</p>
${leftOut(journeys, 'changes', 'They are the newest.')}
${table({
  id: 'journey-rows',
  caption: 'The way of changes from the pod to Cloud Map, in milliseconds',
  rows: journeys.rows,
  idOf: (row) => `${row.cluster} ${row.pod} ${row.service} ${row.instanceId}`,
  columns: [
    {
      title: 'Pod',
      cell: ({ pod, service }) => html`${name(pod)} <span class="meta">in <bdi>${service}</bdi></span>`,
    },
    { title: 'Called at', cell: ({ calledAtMs }) => time(new Date(calledAtMs).toISOString()) },
    ...steps.map(stepColumn),
    {
      title: 'Total',
      isNumber: true,
      order: totalMs,
      cell: (row) => html`<strong>${number(totalMs(row))}</strong> ${bar(row, longest)}`,
    },
    stepColumn(registered),
    { title: 'Correlation id', cell: ({ correlationId }) => html`<code><bdi>${correlationId}</bdi></code>` },
  ],
})}`;
}

interface Step {
  readonly title: string;
  readonly ms: (row: JourneyRow) => number | undefined;
}

const steps: readonly Step[] = [
  { title: 'Ready → observed', ms: (row) => journeySteps(row).observedMs },
  { title: '→ received', ms: (row) => journeySteps(row).receivedMs },
  { title: '→ called', ms: (row) => journeySteps(row).calledMs },
];

/** Beside the sum, which all rows have: only a readiness gate waits for the end of the operation. */
const registered: Step = { title: 'Registered after', ms: registeredMs };

function registeredMs(row: JourneyRow): number | undefined {
  const { succeededMs } = journeySteps(row, row.succeededAtMs);
  return succeededMs === undefined ? undefined : totalMs(row) + succeededMs;
}

function totalMs(row: JourneyRow): number {
  return steps.reduce((sum, { ms }) => sum + (ms(row) ?? 0), 0);
}

function stepColumn(step: Step): Column<JourneyRow> {
  return {
    title: step.title,
    isNumber: true,
    order: (row) => step.ms(row) ?? -1,
    cell: (row) => {
      const ms = step.ms(row);
      return ms === undefined ? html`<span class="meta">not known</span>` : html`${number(ms)}`;
    },
  };
}

/** The shares of the steps; the columns have the same as numbers. */
function bar(row: JourneyRow, longest: number): Html {
  let x = 0;
  const parts = steps.map((step, index) => {
    const width = Math.round((barWidth * (step.ms(row) ?? 0)) / longest);
    const part = html`<rect class="step step-${index}" x="${x}" y="0" width="${width}" height="8"/>`;
    x += width;
    return part;
  });
  return html`<svg class="bar" aria-hidden="true" width="${barWidth}" height="8" viewBox="0 0 ${barWidth} 8">${parts}</svg>`;
}
