/** What the plan needs to know of a pod of a StatefulSet. */
export interface StatefulPod {
  readonly ordinal: number;
  readonly revision: string;
  /** Running, ready, and ready for as long as minReadySeconds says. */
  readonly isAvailable: boolean;
  readonly isTerminating: boolean;
  /** Succeeded or Failed: it is replaced. */
  readonly hasEnded: boolean;
}

export interface StatefulInput {
  readonly replicas: number;
  /** The first ordinal (`spec.ordinals.start`). */
  readonly start: number;
  readonly isParallel: boolean;
  /** False with the strategy OnDelete, which leaves the replacement to whoever deletes a pod. */
  readonly isRolling: boolean;
  /** Pods below this ordinal stay at the current revision. */
  readonly partition: number;
  readonly maxUnavailable: number;
  readonly currentRevision: string;
  readonly updateRevision: string;
  /** At most one for each ordinal. */
  readonly pods: readonly StatefulPod[];
}

export type StatefulAction =
  | { readonly type: 'create'; readonly ordinal: number; readonly revision: string }
  | { readonly type: 'delete'; readonly ordinal: number };

/**
 * The next steps towards the ordinals that a StatefulSet wants (statefulset/stateful_set_control.go):
 *
 * | pod                                | OrderedReady                              | Parallel    |
 * |------------------------------------|-------------------------------------------|-------------|
 * | missing, lower ones available      | create                                    | create all  |
 * | ended                              | delete, create again when it is gone      | the same    |
 * | starting or terminating            | wait                                      | go on       |
 * | above the range, all others steady | delete the highest, then wait             | delete all  |
 * | of an old revision, all steady     | delete the highest, at most maxUnavailable at a time      ||
 */
export function planStateful(input: StatefulInput): StatefulAction[] {
  const filled = fill(input);
  if (filled.isBlocked) return filled.actions;
  const drained = drain(input);
  const actions = [...filled.actions, ...drained.actions];
  return drained.isBlocked || !input.isRolling ? actions : [...actions, ...roll(input)];
}

interface Step {
  readonly actions: StatefulAction[];
  /** Whether later steps must wait. */
  readonly isBlocked: boolean;
}

function fill(input: StatefulInput): Step {
  const byOrdinal = new Map(input.pods.map((pod) => [pod.ordinal, pod]));
  const actions: StatefulAction[] = [];
  for (let ordinal = input.start; ordinal < input.start + input.replicas; ordinal += 1) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) actions.push({ type: 'create', ordinal, revision: revisionFor(input, ordinal) });
    else if (pod.hasEnded && !pod.isTerminating) actions.push({ type: 'delete', ordinal });
    if (!input.isParallel && !isHealthy(pod)) return { actions, isBlocked: true };
  }
  return { actions, isBlocked: false };
}

/** The highest ordinal goes first, healthy or not. */
function drain(input: StatefulInput): Step {
  const surplus = input.pods.filter((pod) => !isWanted(input, pod)).sort((a, b) => b.ordinal - a.ordinal);
  const removed = surplus
    .slice(0, input.isParallel ? undefined : 1)
    .filter((pod) => !pod.isTerminating)
    .map(({ ordinal }): StatefulAction => ({ type: 'delete', ordinal }));
  return { actions: removed, isBlocked: !input.isParallel && surplus.length > 0 };
}

function roll(input: StatefulInput): StatefulAction[] {
  const actions: StatefulAction[] = [];
  let unavailable = input.replicas - input.pods.filter((pod) => isWanted(input, pod)).length;
  const pods = input.pods
    .filter((pod) => isWanted(input, pod) && pod.ordinal >= input.start + input.partition)
    .sort((a, b) => b.ordinal - a.ordinal);
  for (const pod of pods) {
    if (unavailable >= input.maxUnavailable) break;
    const isOld = pod.revision !== input.updateRevision && !pod.isTerminating && !pod.hasEnded;
    if (isOld) actions.push({ type: 'delete', ordinal: pod.ordinal });
    if (isOld || !isHealthy(pod)) unavailable += 1;
  }
  return actions;
}

function revisionFor(input: StatefulInput, ordinal: number): string {
  const keepsCurrent = input.isRolling && ordinal < input.start + input.partition;
  return keepsCurrent ? input.currentRevision : input.updateRevision;
}

function isWanted({ start, replicas }: StatefulInput, { ordinal }: StatefulPod): boolean {
  return ordinal >= start && ordinal < start + replicas;
}

function isHealthy(pod: StatefulPod | undefined): boolean {
  return pod?.isAvailable === true && !pod.isTerminating && !pod.hasEnded;
}
