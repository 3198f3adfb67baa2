import type { Report } from '../plan/report.ts';
import { type Html, html } from './html.ts';
import { number } from './parts.ts';

/** Links to the sections, with how much is in each. */
export function navigation(report: Report): Html {
  const findings = report.drift.reduce((sum, { findings: { total } }) => sum + total, 0);
  // Pods that nothing selects are in the section, too, and are as they should be.
  const missing = report.podGroups.reduce(
    (sum, { state, count }) => sum + (state === 'notSelected' ? 0 : count),
    0,
  );
  const links = [
    ['clusters', 'Clusters', report.clusters.length],
    ['services', 'Services', report.services.total],
    ['pods', 'Not registered', missing],
    ['mesh', 'Mesh', report.objects.total],
    ['journeys', 'Journeys', report.journeys.total],
    ['drift', 'Drift', findings],
    ['refusals', 'Refusals', report.refusals.total],
    ['dead-letters', 'Dead letters', report.deadLetters.total],
    ...(report.alarms ? [['alarms', 'Alarms', startedIn(report.alarms)] as const] : []),
  ] as const;
  const items = links.map(
    ([id, title, count]) =>
      html`<li><a href="#${id}">${title} <span class="count">${number(count)}</span></a></li>`,
  );
  return html`<nav id="navigation" aria-label="Sections"><ul>${items}</ul></nav>`;
}

function startedIn(alarms: NonNullable<Report['alarms']>): number {
  return alarms.filter(({ state }) => state === 'ALARM').length;
}
