import { numberAt, stringAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';

/** A pod as a StatefulSet's status counts it. */
export interface CountedPod {
  readonly revision: string;
  readonly isReady: boolean;
  readonly isAvailable: boolean;
  readonly isTerminating: boolean;
}

/** A StatefulSet's status; a rolling update that is complete makes the update revision the current one. */
export function statefulStatus(
  set: KubernetesObject,
  pods: readonly CountedPod[],
  currentRevision: string,
  updateRevision: string,
): JsonObject {
  const alive = pods.filter((pod) => !pod.isTerminating);
  const at = (revision: string) => alive.filter((pod) => pod.revision === revision).length;
  const readyReplicas = pods.filter((pod) => pod.isReady).length;
  const updatedReplicas = at(updateRevision);
  const wanted = numberAt(set, 'spec', 'replicas');
  const isComplete =
    stringAt(set, 'spec', 'updateStrategy', 'type') === 'RollingUpdate' &&
    [updatedReplicas, readyReplicas, pods.length].every((count) => count === wanted);
  return {
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    ...(readyReplicas > 0 && { readyReplicas }),
    ...nonZero('currentReplicas', isComplete ? updatedReplicas : at(currentRevision)),
    ...nonZero('updatedReplicas', updatedReplicas),
    availableReplicas: pods.filter((pod) => pod.isAvailable).length,
    currentRevision: isComplete ? updateRevision : currentRevision,
    updateRevision,
    collisionCount: 0,
  };
}

function nonZero(field: string, count: number): JsonObject {
  return count === 0 ? {} : { [field]: count };
}
