import type { Report, Section } from '../plan/report.ts';
import type { Html } from './html.ts';
import { alarmsSection } from './sections/alarms.ts';
import { clustersSection } from './sections/clusters.ts';
import { deadLettersSection } from './sections/dead-letters.ts';
import { driftSection } from './sections/drift.ts';
import { journeysSection } from './sections/journeys.ts';
import { meshSection } from './sections/mesh.ts';
import { podsSection } from './sections/pods.ts';
import { refusalsSection } from './sections/refusals.ts';
import { servicesSection } from './sections/services.ts';
import { summary } from './sections/summary.ts';

export interface RenderedSection {
  readonly id: 'summary' | Section;
  readonly title: string;
  readonly content: Html;
}

/** The parts of the page in their order. A live page replaces those that have changed. */
export function sectionsOf(report: Report): readonly RenderedSection[] {
  return [
    { id: 'summary', title: 'Summary', content: summary(report) },
    { id: 'clusters', title: 'Clusters', content: clustersSection(report) },
    { id: 'services', title: 'Services', content: servicesSection(report) },
    { id: 'pods', title: 'Pods that are not registered', content: podsSection(report) },
    { id: 'mesh', title: 'Mesh', content: meshSection(report) },
    { id: 'journeys', title: 'From pod to Cloud Map', content: journeysSection(report) },
    { id: 'drift', title: 'Drift', content: driftSection(report) },
    { id: 'refusals', title: 'Refusals', content: refusalsSection(report) },
    { id: 'dead-letters', title: 'Dead letters', content: deadLettersSection(report) },
    ...(report.alarms
      ? [{ id: 'alarms' as const, title: 'Alarms', content: alarmsSection(report.alarms) }]
      : []),
  ];
}
