import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { PodExplanation } from '../../shared/explain/plan/explained.ts';
import { trimPod } from '../../shared/model/events/trim.ts';
import type { PodObject } from '../../shared/model/kubernetes.ts';
import { type Pod, podOf } from '../../shared/model/pod.ts';

/** What became of the pods of a cluster. */
export interface PodCounts {
  readonly registered: number;
  /** Nothing asks for their registration. */
  readonly unselected: number;
  /** Terminating, or completed. */
  readonly ended: number;
}

/** A pod that is not registered, although something selects it. */
export interface PodFault {
  readonly pod: { readonly namespace: string; readonly name: string };
  /** The name of what made it, such as `ReplicaSet cart-7d4b9c`. */
  readonly owner: string | undefined;
  /** For programs, such as `ContainersNotReady`. */
  readonly kind: string;
  readonly reason: string;
  readonly advice: string;
}

/** A pod that is terminating, or of a Job that has completed, is not registered any more. */
export function isEnded({ metadata, status }: KubernetesObject): boolean {
  const { phase } = Object(status) as { readonly phase?: string };
  return metadata.deletionTimestamp !== undefined || phase === 'Succeeded';
}

/** Whether a virtual node or annotations ask for its registration, rightly or wrongly. */
export function isSelected({ virtualNodes, annotations, faults }: PodExplanation): boolean {
  return annotations.registers || virtualNodes.some(({ reason }) => reason === null) || faults.length > 0;
}

/** What `explain` says, with what only the pod itself says. */
export function podFault(pod: KubernetesObject, { cause, faults }: PodExplanation, hint?: string): PodFault {
  const { namespace = '', name, ownerReferences: [owner] = [] } = pod.metadata;
  return {
    pod: { namespace, name },
    owner: owner && `${owner.kind} ${owner.name}`,
    kind: cause.kind,
    reason: [
      ...[cause.reason, ...otherFaults(cause.reason, faults), ...falseConditions(pod)],
      ...(hint === undefined ? [] : [hint]),
    ].join('; '),
    advice: cause.advice,
  };
}

/** A pod may have many. */
const maxFaults = 3;

/** What is wrong with the request itself, if the cause is another, such as that the pod does not run. */
function otherFaults(reason: string, faults: PodExplanation['faults']): readonly string[] {
  return faults
    .slice(0, maxFaults)
    .filter(({ message }) => !reason.includes(message))
    .map(({ source, message }) => `${source}: ${message}`);
}

/** Why a pod is not scheduled or not ready, as `kubectl describe` shows it. */
function falseConditions({ status }: KubernetesObject): readonly string[] {
  const { conditions = [] } = Object(status) as {
    readonly conditions?: readonly Readonly<Record<string, string | undefined>>[];
  };
  return conditions
    .filter(({ type = '', status: value }) => shown.includes(type) && value === 'False')
    .filter(({ message = '' }) => message !== '')
    .map(({ type, reason, message }) => `${type} is False (${reason}): ${message}`);
}

const shown: readonly string[] = ['PodScheduled', 'Ready'];

/** Whether the functions have not observed the pod as it is now. */
export function isStale(pod: KubernetesObject, { record }: PodExplanation): boolean {
  if (record === undefined) return true;
  return !isDeepStrictEqual(
    compared(record.pod),
    compared(podOf('local', trimPod(pod as unknown as PodObject), undefined)),
  );
}

function compared({ uid, labels, phase, ips, conditions, terminating }: Pod) {
  return { uid, labels, phase, ips, conditions, terminating };
}
