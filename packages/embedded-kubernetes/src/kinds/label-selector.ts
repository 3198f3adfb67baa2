import { isObject, listAt, objectAt, stringAt } from '../model/json.ts';

/** One requirement of a label selector; all requirements of a selector must hold. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'GreaterThan' | 'LessThan';
  readonly values: readonly string[];
}

/** From a meta/v1 LabelSelector. */
export function selectorOf(selector: unknown): Requirement[] {
  const labels = Object.entries(objectAt(selector, 'matchLabels'));
  const expressions = listAt(selector, 'matchExpressions').filter(isObject);
  return [
    ...labels.map(([key, value]): Requirement => ({ key, operator: 'In', values: [String(value)] })),
    ...expressions.map(
      (expression): Requirement => ({
        key: stringAt(expression, 'key'),
        operator: stringAt(expression, 'operator') as Requirement['operator'],
        values: listAt(expression, 'values').map(String),
      }),
    ),
  ];
}

export function matchesLabels(
  labels: Readonly<Record<string, string>> | undefined,
  selector: readonly Requirement[],
): boolean {
  return selector.every((requirement) => holds(labels?.[requirement.key], requirement));
}

function holds(value: string | undefined, { operator, values }: Requirement): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'GreaterThan':
      return value !== undefined && Number(value) > Number(values[0]);
    case 'LessThan':
      return value !== undefined && Number(value) < Number(values[0]);
  }
}

const form =
  /^\s*(?:(!)\s*([^\s=!,()<>]+)|([^\s=!,()<>]+)\s*(?:(==?|!=|>|<)\s*([^\s=!,()<>]*)|\s(in|notin)\s*\(([^()]*)\))?)\s*$/;

/** From a query's labelSelector, equality- and set-based. Throws an Error that names the invalid part. */
export function parseLabelSelector(text: string): Requirement[] {
  if (text.trim() === '') return [];
  return text.split(/,(?![^(]*\))/).map((part) => parseRequirement(part, text));
}

function parseRequirement(part: string, whole: string): Requirement {
  const match = form.exec(part);
  if (!match) throw new Error(`unable to parse requirement: found '${part.trim()}' in "${whole}"`);
  const [, absent, absentKey = '', key = '', sign, value = '', set, members = ''] = match;
  if (absent !== undefined) return { key: absentKey, operator: 'DoesNotExist', values: [] };
  if (set !== undefined) {
    const values = members.split(',').map((member) => member.trim());
    return { key, operator: set === 'in' ? 'In' : 'NotIn', values };
  }
  if (sign === undefined) return { key, operator: 'Exists', values: [] };
  const operators = { '=': 'In', '==': 'In', '!=': 'NotIn', '>': 'GreaterThan', '<': 'LessThan' } as const;
  return { key, operator: operators[sign as keyof typeof operators], values: [value] };
}

/** As kubectl prints a selector. */
export function selectorText(selector: unknown): string {
  const texts = selectorOf(selector).map(({ key, operator, values }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    if (operator === 'In' && values.length === 1) return `${key}=${values[0]}`;
    return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
  });
  return texts.join(',') || '<none>';
}
