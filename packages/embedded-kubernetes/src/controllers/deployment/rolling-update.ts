import { at } from '../../model/json.ts';
import { absolute } from '../workload/int-or-percent.ts';

/** One ReplicaSet of a rollout: its desired and its available pods. */
export interface RolloutSet {
  readonly replicas: number;
  readonly available: number;
}

export interface Rollout {
  /** The Deployment's desired pods. */
  readonly desired: number;
  readonly maxSurge: number;
  readonly maxUnavailable: number;
  readonly current: RolloutSet;
  /** Oldest first. */
  readonly old: readonly RolloutSet[];
}

/** The next size of the new ReplicaSet: as many pods as maxSurge allows. */
export function nextCurrent({ desired, maxSurge, current, old }: Rollout): number {
  if (current.replicas >= desired) return desired;
  const total = current.replicas + sum(old, 'replicas');
  const surge = Math.max(0, desired + maxSurge - total);
  return Math.min(desired, current.replicas + surge);
}

/**
 * The next sizes of the old ReplicaSets: unavailable pods are removed first, then as many as availability permits
 * (deployment/rolling.go, reconcileOldReplicaSets).
 */
export function nextOld(rollout: Rollout): number[] {
  const { desired, maxUnavailable, current, old } = rollout;
  const total = current.replicas + sum(old, 'replicas');
  const minAvailable = desired - maxUnavailable;
  const unavailableCurrent = current.replicas - current.available;
  let removable = Math.max(0, total - minAvailable - unavailableCurrent);
  const next = old.map(({ replicas, available }) => {
    const unhealthy = Math.min(removable, Math.max(0, replicas - available));
    removable -= unhealthy;
    return replicas - unhealthy;
  });
  let spare = Math.max(0, current.available + sum(old, 'available') - minAvailable);
  return next.map((replicas) => {
    const removed = Math.min(spare, replicas);
    spare -= removed;
    return replicas - removed;
  });
}

function sum(sets: readonly RolloutSet[], field: keyof RolloutSet): number {
  return sets.reduce((total, set) => total + set[field], 0);
}

/** maxSurge (rounded up) and maxUnavailable (rounded down) as numbers; not both may be 0. */
export function rollingLimits(deployment: unknown, desired: number) {
  const rolling = at(deployment, 'spec', 'strategy', 'rollingUpdate');
  const maxSurge = absolute(at(rolling, 'maxSurge'), desired, Math.ceil);
  const maxUnavailable = absolute(at(rolling, 'maxUnavailable'), desired, Math.floor);
  return { maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : maxUnavailable };
}
