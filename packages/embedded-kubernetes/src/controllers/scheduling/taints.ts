import { listAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

const unschedulable: Taint = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };

/** A node's taints, and that of a node that is cordoned. */
export function taintsOf(node: KubernetesObject): readonly Taint[] {
  const taints = listAt(node, 'spec', 'taints').map((taint) => ({
    key: stringAt(taint, 'key'),
    value: stringAt(taint, 'value'),
    effect: stringAt(taint, 'effect'),
  }));
  const isCordoned = (node.spec as { unschedulable?: unknown } | undefined)?.unschedulable === true;
  const isKnown = taints.some(({ key }) => key === unschedulable.key);
  return isCordoned && !isKnown ? [...taints, unschedulable] : taints;
}

/** The first taint with one of the effects that a pod does not tolerate. */
export function untolerated(
  podSpec: unknown,
  node: KubernetesObject,
  effects: readonly string[],
): Taint | undefined {
  const tolerations = listAt(podSpec, 'tolerations');
  return taintsOf(node).find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((each) => tolerates(each, taint)),
  );
}

function tolerates(toleration: unknown, { key, value, effect }: Taint): boolean {
  const wanted = (field: string) => stringAt(toleration, field);
  if (wanted('effect') !== '' && wanted('effect') !== effect) return false;
  if (wanted('key') !== '' && wanted('key') !== key) return false;
  return wanted('operator') === 'Exists' || (wanted('key') !== '' && wanted('value') === value);
}
