import type { DeadLetter } from '../../shared/model/records/dead-letter.ts';
import type { ConditionFault } from './mesh-conditions.ts';
import type { PodCounts } from './pod-faults.ts';
import type { PodFaults } from './read-pods.ts';

/** What of the cluster is not in sync when nothing changes any more. */
export interface Verdict {
  /** The number of mesh objects. */
  readonly meshObjects: number;
  readonly conditions: readonly ConditionFault[];
  /** Whether the manifests have no Mesh, which all other objects need. */
  readonly lacksMesh: boolean;
  readonly pods: PodCounts;
  readonly podFaults: readonly PodFaults[];
  /** What could not make its pods. */
  readonly workloadFaults: readonly string[];
  readonly deadLetters: readonly DeadLetter[];
  /** Dead-lettered messages that are about no object. */
  readonly otherDeadLetters: number;
  /** What was not final when the time was over, or null. */
  readonly unsettled: string | null;
}

/** Parts of a sentence: what is wrong, and how often. None if all is in sync. */
export function faultCounts(verdict: Verdict, refused: number): readonly string[] {
  const { conditions, podFaults, workloadFaults, deadLetters, otherDeadLetters, unsettled } = verdict;
  const pods = podFaults.reduce((sum, { first, more }) => sum + first.length + more, 0);
  const counts: readonly (readonly [number, string, string])[] = [
    [refused, 'object was refused', 'objects were refused'],
    [conditions.length, 'condition is not True', 'conditions are not True'],
    [pods, 'pod is not registered', 'pods are not registered'],
    [workloadFaults.length, 'workload has no pods', 'workloads have no pods'],
    [deadLetters.length + otherDeadLetters, 'message was dead-lettered', 'messages were dead-lettered'],
  ];
  return [
    ...counts
      .filter(([count]) => count > 0)
      .map(([count, one, several]) => `${count} ${count === 1 ? one : several}`),
    ...(unsettled === null ? [] : [unsettled]),
  ];
}
