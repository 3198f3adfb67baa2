import type { LabelSelector } from '../model/mesh/label-selector.ts';

/**
 * Whether a metav1.LabelSelector selects these labels. An absent selector selects nothing, an empty one everything;
 * `NotIn` holds where the key is absent (Kubernetes, "Labels and Selectors").
 */
export function selects(
  selector: LabelSelector | null | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  return selector !== null && selector !== undefined && whyNotSelected(selector, labels) === null;
}

/** The first requirement that the labels do not meet, in words; null when all are met. */
export function whyNotSelected(
  selector: LabelSelector,
  labels: Readonly<Record<string, string>>,
): string | null {
  const wanted = selector.matchLabels ?? {};
  for (const key in wanted)
    if (labels[key] !== wanted[key])
      return `label ${key} is ${inWords(labels[key])}, the selector wants ${wanted[key]}`;
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    const listed = value !== undefined && (values ?? []).includes(value);
    const met = {
      In: listed,
      NotIn: !listed,
      Exists: value !== undefined,
      DoesNotExist: value === undefined,
    };
    if (!met[operator])
      return `label ${key} is ${inWords(value)}, the selector wants ${operator} ${(values ?? []).join(', ')}`.trim();
  }
  return null;
}

function inWords(value: string | undefined): string {
  return value === undefined ? 'absent' : `"${value}"`;
}
