import type { PodKey, ServiceKey } from '../model/identity.ts';
import type { WaitingPod } from '../model/records/registration.ts';

/** Pods that wait for a place in a full service. */
export interface WaitingPodStore {
  find(
    service: ServiceKey,
    pod: Pick<WaitingPod, keyof PodKey | 'createdAt'>,
  ): Promise<WaitingPod | undefined>;
  /** Adds the pod; does nothing if it is already there. */
  add(service: ServiceKey, pod: WaitingPod): Promise<void>;
  /** Adds or replaces the pod, as not woken. */
  put(service: ServiceKey, pod: Omit<WaitingPod, 'wokenAtMs' | 'wokenFor'>): Promise<void>;
  /** Throws a ConflictError if the pod no longer waits or was woken since. */
  wake(service: ServiceKey, pod: WaitingPod, place: string, nowMs: number): Promise<WaitingPod>;
  /** Same as wake. */
  remove(service: ServiceKey, pod: WaitingPod): Promise<void>;
  /** Waiting pods of all clusters, oldest creation time first. */
  ofService(service: ServiceKey): AsyncIterable<WaitingPod>;
}
