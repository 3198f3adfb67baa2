import type { ServiceKey } from './identity.ts';
import type { Claim, FullService } from './records/registration.ts';

/** An instance in Cloud Map. `health` is absent if the service has no custom health check. */
export interface SeenInstance {
  readonly attributes: Readonly<Record<string, string>>;
  readonly health?: string | undefined;
}

/** Instances with their health, as far as it could be read. Health never decides which instances exist. */
export function withHealth(
  instances: ReadonlyMap<string, SeenInstance>,
  healthById: ReadonlyMap<string, string>,
): ReadonlyMap<string, SeenInstance> {
  const all = [...instances].map(([id, instance]) => {
    const health = healthById.get(id);
    return [id, health === undefined ? instance : { ...instance, health }] as const;
  });
  return new Map(all);
}

/** A Cloud Map service: the instances that exist, and the claims on them. */
export interface ServiceView {
  readonly key: ServiceKey;
  readonly serviceId: string;
  /** In an account or Region where the cluster no longer registers: no instance of it is wanted there. */
  readonly isFormer: boolean;
  /** Cloud Map does not have it any more; claims on its instances are left. */
  readonly isDeleted?: boolean | undefined;
  readonly hasCustomHealthCheck: boolean;
  /** As they will be after the running deregistrations. */
  readonly instances: ReadonlyMap<string, SeenInstance>;
  readonly claims: ReadonlyMap<string, Claim>;
  /** The running operation of each instance id; there is one at a time. */
  readonly underWay: ReadonlyMap<string, RunningOperation>;
  /** Operation id → Cloud Map's error message. */
  readonly failedOperations: ReadonlyMap<string, string>;
  /** Set if new instances were refused, as recorded before the instances were listed. */
  readonly full?: FullService | undefined;
  /** Why the health of the instances could not be read. */
  readonly healthReadFailures?: string | undefined;
}

/** An operation that Cloud Map accepted and that has not ended yet. */
export interface RunningOperation {
  readonly id: string;
  readonly type: 'register' | 'deregister';
}
