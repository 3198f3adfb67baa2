import type { LabelSelector } from '../../../../model/mesh/label-selector.ts';
import type { Report } from '../../../plan/report.ts';

export type Labels = Readonly<Record<string, string>>;

const key = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const value = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;

/** The labels of the selected pods, as Istio selects: by equality only. undefined: none are selected, or it is refused. */
export function podLabelsOf(selector: LabelSelector | null | undefined, report: Report): Labels | undefined {
  if (!selector) return undefined;
  const path = 'spec.podSelector';
  const labels = { ...selector.matchLabels };
  for (const [index, each] of (selector.matchExpressions ?? []).entries()) {
    const [only, ...others] = each.operator === 'In' ? (each.values ?? []) : [];
    const isOther = Object.hasOwn(labels, each.key) && labels[each.key] !== only;
    if (only === undefined || others.length > 0 || isOther) {
      const instead = 'a label of these pods in matchLabels';
      report.refuse(`${path}.matchExpressions[${index}]`, 'Istio selects by equal labels only', instead);
      return undefined;
    }
    labels[each.key] = only;
  }
  const all = Object.entries(labels);
  if (all.length > 0 && all.every(([name, text]) => key.test(name) && value.test(text))) return labels;
  report.refuse(
    path,
    all.length > 0 ? 'has no valid labels' : 'Istio cannot select all pods of a namespace here',
    'matchLabels with a label that the pods have',
  );
  return undefined;
}
