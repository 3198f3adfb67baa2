import type { ServiceKey } from './identity.ts';
import type { Claim, FullService } from './registration.ts';

/** What is in Cloud Map, by instance id. Health is absent where the service has no custom health check. */
export interface SeenInstance {
  readonly attributes: Readonly<Record<string, string>>;
  readonly health?: string | undefined;
}

/** A Cloud Map service with both of its sides: what is there, and what is claimed to be. */
export interface ServiceView {
  readonly key: ServiceKey;
  readonly serviceId: string;
  /** In an account or Region where the cluster does not register any more: nothing of it is wanted there. */
  readonly isFormer: boolean;
  readonly hasCustomHealthCheck: boolean;
  /** As they will be when the deregistrations under way have run. */
  readonly instances: ReadonlyMap<string, SeenInstance>;
  readonly claims: ReadonlyMap<string, Claim>;
  /** The operation under way for an instance id; there is one at a time. */
  readonly underWay: ReadonlyMap<string, RunningOperation>;
  /** Operation id → Cloud Map's own words. */
  readonly failedOperations: ReadonlyMap<string, string>;
  /** That new instances were refused, as it was noted before the instances were listed. */
  readonly full?: FullService | undefined;
  /** Why the health of the instances is not known. */
  readonly healthReadFailures?: string | undefined;
}

/** Accepted by Cloud Map and not run yet. */
export interface RunningOperation {
  readonly id: string;
  readonly type: 'register' | 'deregister';
}
