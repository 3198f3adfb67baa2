import type { ServiceKey } from '../identity.ts';

/** A cluster is drained: nothing of it is registered in Cloud Map until a person ends that. */
export interface Drain {
  readonly sinceMs: number;
  /** The most instances of the cluster that a sweep has found since. */
  readonly instances: number;
}

/** What became of a service that a drained cluster used. */
export interface DrainedService {
  readonly service: ServiceKey;
  /** Why it was kept; absent: it was removed. */
  readonly kept?: string | undefined;
}
