import type { LabelSelector } from '../../../model/mesh/label-selector.ts';
import { shortened } from '../../../model/text/shortened.ts';
import { firstOf } from '../quote.ts';

type Labels = Readonly<Record<string, string>>;
type Expression = NonNullable<LabelSelector['matchExpressions']>[number];

/**
 * Whether a metav1.LabelSelector selects these labels. An absent selector selects nothing, an empty one everything.
 * `NotIn` matches if the key is absent (Kubernetes, "Labels and Selectors").
 */
export function selects(selector: LabelSelector | null | undefined, labels: Labels): boolean {
  return selector !== null && selector !== undefined && unmet(selector, labels) === undefined;
}

/** The first requirement that the labels do not meet, as text; null if all are met. */
export function whyNotSelected(selector: LabelSelector, labels: Labels): string | null {
  const requirement = unmet(selector, labels);
  if (requirement === undefined) return null;
  const { key, wanted } = requirement;
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  return `label ${shortened(key)} is ${inWords(value)}, the selector wants ${wanted()}`.trim();
}

/** The text is made only on demand: a sweep compares each selector with each pod of its namespace. */
interface Requirement {
  readonly key: string;
  readonly wanted: () => string;
}

function unmet(selector: LabelSelector, labels: Labels): Requirement | undefined {
  const matchLabels = selector.matchLabels ?? {};
  for (const key in matchLabels)
    if (labels[key] !== matchLabels[key]) return { key, wanted: () => shortened(matchLabels[key] ?? '') };
  const expression = selector.matchExpressions?.find((each) => !isMet(each, labels));
  if (expression === undefined) return undefined;
  const { key, operator, values } = expression;
  return { key, wanted: () => `${operator} ${firstOf((values ?? []).map((value) => shortened(value)))}` };
}

function isMet({ key, operator, values }: Expression, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const isListed = value !== undefined && (values ?? []).includes(value);
  return (operator === 'In') === isListed;
}

function inWords(value: string | undefined): string {
  return value === undefined ? 'absent' : `"${shortened(value)}"`;
}
