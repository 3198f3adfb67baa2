import type { JsonObject, KubernetesObject } from '../../model/objects.ts';
import type { DaemonNode } from './plan.ts';

/** A pod as a DaemonSet's status counts it. */
export interface CountedPod {
  readonly node: string;
  readonly isUpdated: boolean;
  readonly isReady: boolean;
  readonly isAvailable: boolean;
}

/** The status: nodes by what their pods are. */
export function daemonStatus(
  set: KubernetesObject,
  nodes: readonly DaemonNode[],
  pods: readonly CountedPod[],
): JsonObject {
  const wanted = nodes.filter((node) => node.wants);
  const on = (node: DaemonNode) => pods.filter((pod) => pod.node === node.name);
  const count = (test: (pod: CountedPod) => boolean) => wanted.filter((node) => on(node).some(test)).length;
  const numberAvailable = count((pod) => pod.isAvailable);
  const optional = {
    updatedNumberScheduled: count((pod) => pod.isUpdated),
    numberAvailable,
    numberUnavailable: wanted.length - numberAvailable,
  };
  return {
    currentNumberScheduled: count(() => true),
    numberMisscheduled: nodes.filter((node) => !node.wants && on(node).length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: count((pod) => pod.isReady),
    observedGeneration: set.metadata.generation,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value > 0)),
  };
}
