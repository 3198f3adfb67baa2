import { at, listAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import { ageColumn, nameColumn, orNone, printerOf, text, wide } from '../columns.ts';
import { isConditionTrue, readyText, restartsText, statusText } from './containers.ts';

export const podPrinter = printerOf(
  nameColumn,
  text('Ready', readyText),
  text('Status', statusText),
  text('Restarts', restartsText),
  ageColumn,
  wide(text('IP', (pod) => orNone(stringAt(pod, 'status', 'podIP')))),
  wide(text('Node', (pod) => orNone(stringAt(pod, 'spec', 'nodeName')))),
  wide(text('Nominated Node', (pod) => orNone(stringAt(pod, 'status', 'nominatedNodeName')))),
  wide(text('Readiness Gates', gatesText)),
);

function gatesText(pod: KubernetesObject): string {
  const gates = listAt(pod, 'spec', 'readinessGates').map((gate) => String(at(gate, 'conditionType')));
  const met = gates.filter((gate) => isConditionTrue(pod, gate));
  return gates.length === 0 ? '<none>' : `${met.length}/${gates.length}`;
}
