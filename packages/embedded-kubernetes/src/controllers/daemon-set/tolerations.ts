import { isEqual, listAt, objectAt } from '../../model/json.ts';
import type { JsonObject } from '../../model/objects.ts';

const added: readonly (readonly [name: string, effect: string])[] = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
];

/** A daemon pod's spec with the tolerations that each gets (daemon/util, AddOrUpdateDaemonPodTolerations). */
export function daemonSpec(template: JsonObject): JsonObject {
  const spec = objectAt(template, 'spec');
  const hostNetwork = spec.hostNetwork === true ? [['network-unavailable', 'NoSchedule'] as const] : [];
  const tolerations = [...listAt(spec, 'tolerations')];
  for (const [name, effect] of [...added, ...hostNetwork]) {
    const toleration = { key: `node.kubernetes.io/${name}`, operator: 'Exists', effect };
    if (!tolerations.some((each) => isEqual(each, toleration))) tolerations.push(toleration);
  }
  return { ...spec, tolerations };
}

/** The spec of a pod for one node, which the scheduler assigns it to; other requirements of its node stay. */
export function specFor(spec: JsonObject, node: string): JsonObject {
  const affinity = objectAt(spec, 'affinity');
  const nodeAffinity = objectAt(affinity, 'nodeAffinity');
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const terms = listAt(nodeAffinity, required, 'nodeSelectorTerms');
  const nodeSelectorTerms =
    terms.length === 0 ? [{ matchFields }] : terms.map((term) => ({ ...(term as JsonObject), matchFields }));
  return {
    ...spec,
    affinity: { ...affinity, nodeAffinity: { ...nodeAffinity, [required]: { nodeSelectorTerms } } },
  };
}
