import type { PodKey, ServiceKey } from '../model/identity.ts';
import type { WaitingPod } from '../model/registration.ts';

/** Pods that wait for a place in a full service. */
export interface WaitingPodStore {
  find(
    service: ServiceKey,
    pod: Pick<WaitingPod, keyof PodKey | 'createdAt'>,
  ): Promise<WaitingPod | undefined>;
  /** Adds the pod; one that is there already stays as it is. */
  add(service: ServiceKey, pod: WaitingPod): Promise<void>;
  /** Adds the pod, or replaces it; it was not woken. */
  put(service: ServiceKey, pod: Omit<WaitingPod, 'wokenAtMs' | 'wokenFor'>): Promise<void>;
  /** Throws a ConflictError when the pod does not wait any more, or was woken since. */
  wake(service: ServiceKey, pod: WaitingPod, place: string, nowMs: number): Promise<WaitingPod>;
  /** Likewise. */
  remove(service: ServiceKey, pod: WaitingPod): Promise<void>;
  /** Those of all clusters; the pods created first come first. */
  ofService(service: ServiceKey): AsyncIterable<WaitingPod>;
}
