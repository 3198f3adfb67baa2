import { matchesLabels, selectorOf } from '../../kinds/label-selector.ts';
import { isObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';

/** Whether a node has the labels of a pod's nodeSelector and fulfils its required node affinity. */
export function matchesNode(podSpec: unknown, node: KubernetesObject): boolean {
  const { labels = {}, name } = node.metadata;
  const selector = objectAt(podSpec, 'nodeSelector');
  if (!Object.entries(selector).every(([label, value]) => labels[label] === value)) return false;
  const required = objectAt(
    podSpec,
    ...['affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'],
  );
  const terms = listAt(required, 'nodeSelectorTerms');
  return !Array.isArray(required.nodeSelectorTerms) || terms.some((term) => matchesTerm(term, labels, name));
}

/** A term without requirements matches no node. */
function matchesTerm(term: unknown, labels: Readonly<Record<string, string>>, name: string): boolean {
  const expressions = requirements(term, 'matchExpressions');
  const fields = requirements(term, 'matchFields');
  if (expressions.length + fields.length === 0) return false;
  return matchesLabels(labels, expressions) && matchesLabels({ 'metadata.name': name }, fields);
}

const operators: Readonly<Record<string, string>> = { Gt: 'GreaterThan', Lt: 'LessThan' };

function requirements(term: unknown, field: string) {
  const matchExpressions = listAt(term, field)
    .filter(isObject)
    .map((each) => {
      const operator = stringAt(each, 'operator');
      return { ...each, operator: operators[operator] ?? operator };
    });
  return selectorOf({ matchExpressions });
}
