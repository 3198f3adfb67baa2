import type { Report, Section } from '../../../shared/report/plan/report.ts';
import { sectionsOf } from '../../../shared/report/view/sections.ts';

const none = { rows: [], total: 0 };

/** A report in which nothing is, with the changes of the test. */
export function aReport(changes: Partial<Report> = {}): Report {
  return {
    ...{ generatedAt: '2026-11-28T02:15:00.000Z', place: 'playground', scope: {}, clusters: [] },
    verdict: { level: 'ok', sentence: 'All is well.', issues: none },
    ...{ services: none, pods: none, podGroups: [], meshes: [], objects: none, journeys: none },
    ...{ drift: [], refusals: none, deadLetters: none, deadLetterQueues: [], readFailures: [] },
    ...changes,
  };
}

export function bounded<Row>(rows: readonly Row[], total = rows.length) {
  return { rows, total };
}

export function htmlOf(id: 'summary' | Section, changes: Partial<Report> = {}): string {
  return sectionsOf(aReport(changes)).find((section) => section.id === id)?.content.text ?? '';
}

/** What a person reads in a section, line by line; the cells of a row are divided by `|`. */
export function linesOf(id: 'summary' | Section, changes: Partial<Report> = {}): readonly string[] {
  return readable(htmlOf(id, changes));
}

export function readable(html: string): readonly string[] {
  return html
    .replace(/<svg class="bar"[\s\S]*?<\/svg>/g, '')
    .replaceAll('\n', ' ')
    .replace(/<\/(td|th)>(?!<\/tr>)/g, ' | ')
    .replace(/<\/(tr|p|li|h3|summary|div|dl|caption)>/g, '\n')
    .replace(/<\/dt>/g, ': ')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '');
}
