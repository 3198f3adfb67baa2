import type { Kind } from '../kinds/kind.ts';
import { matchesLabels, parseLabelSelector } from '../kinds/label-selector.ts';
import type { KubernetesObject } from '../model/objects.ts';
import { badRequest } from '../model/status.ts';

export interface Selection {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

export type Predicate = (object: KubernetesObject) => boolean;

/** A filter for the selectors; undefined if they match all objects. Throws 400 for an invalid selector. */
export function predicateOf(
  kind: Kind,
  { labelSelector = '', fieldSelector = '' }: Selection,
): Predicate | undefined {
  const byLabels = labelPredicate(labelSelector);
  const byFields = fieldSelector === '' ? undefined : fieldPredicate(kind, fieldSelector);
  if (byLabels && byFields) return (object) => byLabels(object) && byFields(object);
  return byLabels ?? byFields;
}

function labelPredicate(text: string): Predicate | undefined {
  if (text === '') return undefined;
  try {
    const selector = parseLabelSelector(text);
    return ({ metadata }) => matchesLabels(metadata.labels, selector);
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

function fieldPredicate(kind: Kind, text: string): Predicate {
  const terms = text
    .split(',')
    .filter((term) => term !== '')
    .map((term) => fieldTerm(kind, term));
  return (object) => terms.every((holds) => holds(object));
}

function fieldTerm(kind: Kind, term: string): Predicate {
  const match = /^([^=!]+)(==|!=|=)(.*)$/.exec(term);
  if (!match) throw badRequest(`invalid field selector: ${term}; expected field=value or field!=value`);
  const [, field = '', sign, value = ''] = match;
  const read = fieldReader(kind, field);
  if (!read) throw badRequest(`field label not supported: ${field}`);
  return (object) => (read(object) === value) === (sign !== '!=');
}

function fieldReader(kind: Kind, field: string): ((object: KubernetesObject) => string) | undefined {
  if (field === 'metadata.name') return ({ metadata }) => metadata.name;
  if (field === 'metadata.namespace') return ({ metadata }) => metadata.namespace ?? '';
  return kind.selectableFields?.[field];
}
