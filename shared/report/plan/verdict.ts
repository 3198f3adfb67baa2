import { maxRows } from './bounds.ts';
import { byLevel, worstOf } from './levels.ts';
import type { ClusterRow, Issue, PodGroup, Report, ServiceRow, Verdict } from './report.ts';

/** All is well, or what is not and where. The worst issues come first, then in the order of the page. */
export function verdictOf(issues: readonly Issue[], totals: string): Verdict {
  const sorted = issues.toSorted(byLevel);
  const level = worstOf(sorted.map((issue) => issue.level));
  const problems = sorted.filter((issue) => issue.level === 'problem').length;
  return {
    level,
    sentence: sentenceOf(sorted, problems, totals),
    issues: { rows: sorted.slice(0, maxRows.issues), total: sorted.length },
  };
}

function sentenceOf([first, ...others]: readonly Issue[], problems: number, totals: string): string {
  if (first === undefined) return `All is well: ${totals}.`;
  const notes = others.length + 1 - problems;
  if (problems === 0) return `No problem, ${thingsText(notes)}: ${first.text}${moreText(notes)}.`;
  const known = notes === 0 ? '' : `; also ${thingsText(notes)}`;
  return `${counted(problems, 'problem')}: ${first.text}${moreText(problems)}${known}.`;
}

function thingsText(count: number): string {
  return `${counted(count, 'thing')} to know`;
}

function moreText(count: number): string {
  return count > 1 ? `, and ${count - 1} more` : '';
}

/** `3 services`. */
function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`;
}

export function totalsText(clusters: readonly ClusterRow[], services: readonly ServiceRow[]): string {
  const registered = clusters.reduce((sum, { pods }) => sum + pods.registered, 0);
  const waiting = clusters.reduce((sum, { pods }) => sum + pods.waiting, 0);
  const more = waiting === 0 ? '' : `; the registration of ${counted(waiting, 'pod')} is in progress`;
  const where = `${counted(services.length, 'service')} of Cloud Map from ${counted(clusters.length, 'cluster')}`;
  return `${counted(registered, 'pod')} ${registered === 1 ? 'is' : 'are'} registered in ${where}${more}`;
}

/** One issue for all pods of one cause. */
export function podIssues(groups: readonly PodGroup[], pods: Report['pods']['rows']): readonly Issue[] {
  return groups.flatMap((group) => {
    const { state, cause, count } = group;
    if (state !== 'failing') return [];
    const first = pods.find((row) => row.state === state && row.cause === cause);
    const where = first === undefined ? '' : `${first.namespace}/${first.name} of cluster ${first.cluster}`;
    const text =
      count === 1
        ? `pod ${where} is not registered (${cause})`
        : `${count.toLocaleString('en-US')} pods are not registered (${cause}), the first is ${where}`;
    return [{ level: 'problem', section: 'pods', text }];
  });
}
