import { isObject, listAt, numberAt, stringAt } from '../../model/json.ts';
import type { JsonObject, KubernetesObject } from '../../model/objects.ts';
import { timestamp } from '../../verbs/api-context.ts';
import { countsOf } from '../replica-set.ts';
import { rollingLimits } from './rolling-update.ts';

/**
 * A Deployment's status from its ReplicaSets; `current` is that of its current template. progressDeadlineSeconds is not
 * enforced: a stalled rollout stays Progressing.
 */
export function deploymentStatus(
  deployment: KubernetesObject,
  current: KubernetesObject | undefined,
  sets: readonly KubernetesObject[],
  nowMs: number,
): JsonObject {
  const total = (field: string) => sets.reduce((sum, set) => sum + numberAt(set, 'status', field), 0);
  const desired = numberAt(deployment, 'spec', 'replicas');
  const [replicas, availableReplicas] = [total('replicas'), total('availableReplicas')];
  const updatedReplicas = numberAt(current, 'status', 'replicas');
  const { maxUnavailable } = rollingLimits(deployment, desired);
  const isAvailable = availableReplicas >= desired - maxUnavailable;
  const isComplete =
    updatedReplicas === desired && replicas === updatedReplicas && availableReplicas >= updatedReplicas;
  return {
    observedGeneration: deployment.metadata.generation,
    ...countsOf({
      replicas,
      updatedReplicas,
      readyReplicas: total('readyReplicas'),
      availableReplicas,
      unavailableReplicas: Math.max(0, Math.max(desired, replicas) - availableReplicas),
    }),
    conditions: [
      transition(deployment, availability(isAvailable), nowMs),
      transition(deployment, progress(deployment, current, isComplete), nowMs),
    ],
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

function availability(isAvailable: boolean): Condition {
  return isAvailable
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

function progress(
  deployment: KubernetesObject,
  current: KubernetesObject | undefined,
  isComplete: boolean,
): Condition {
  const name = current?.metadata.name ?? '';
  if (current && isComplete)
    return {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `ReplicaSet "${name}" has successfully progressed.`,
    };
  const isPaused = (deployment.spec as JsonObject | undefined)?.paused === true;
  if (isPaused)
    return {
      type: 'Progressing',
      status: 'Unknown',
      reason: 'DeploymentPaused',
      message: 'Deployment is paused',
    };
  return {
    type: 'Progressing',
    status: 'True',
    reason: 'ReplicaSetUpdated',
    message: `ReplicaSet "${name}" is progressing.`,
  };
}

/** The condition with its times: lastTransitionTime changes with the status, lastUpdateTime with any field. */
function transition(deployment: KubernetesObject, condition: Condition, nowMs: number): JsonObject {
  const old = listAt(deployment, 'status', 'conditions').find(
    (each) => isObject(each) && each.type === condition.type,
  );
  const now = timestamp(nowMs);
  const isSame = stringAt(old, 'status') === condition.status;
  const isEqual =
    isSame && stringAt(old, 'reason') === condition.reason && stringAt(old, 'message') === condition.message;
  return {
    ...condition,
    lastUpdateTime: isEqual ? stringAt(old, 'lastUpdateTime') : now,
    lastTransitionTime: isSame ? stringAt(old, 'lastTransitionTime') : now,
  };
}
