import type { PodKey, ServiceKey } from './identity.ts';

/** That a pod has, or may have, an instance in a service. Kept with the pod, written before the claim is taken. */
export interface Registration {
  readonly service: ServiceKey;
  readonly instanceId: string;
}

export type Health = 'HEALTHY' | 'UNHEALTHY';

/**
 * Who owns an instance id of a Cloud Map service. Taken before RegisterInstance and removed after DeregisterInstance:
 * a crash at any point leaves a claim that says what may exist.
 * - `claimed`: RegisterInstance may or may not have been called.
 * - `applied`: RegisterInstance was accepted with these attributes.
 * - `releasing`: without an operation id, DeregisterInstance may or may not have been called; with one, Cloud Map
 *   accepted it as that operation. The claim stays until the operation is known to have succeeded.
 */
export interface Claim {
  readonly service: ServiceKey;
  readonly instanceId: string;
  readonly owner: PodKey & { readonly uid: string };
  readonly phase: 'claimed' | 'applied' | 'releasing';
  /** Of the attributes last accepted by Cloud Map; absent before. */
  readonly fingerprint?: string | undefined;
  readonly health?: Health | undefined;
  /** The id of the service it is for: another id later means that the service was replaced. */
  readonly serviceId: string;
  readonly operationId?: string | undefined;
  /** When the claim was taken or RegisterInstance last accepted, epoch milliseconds. */
  readonly touchedAtMs: number;
  /** Every attribute key that we wrote, or were about to: any other was added by somebody else. Absent: not known. */
  readonly attributeKeys?: readonly string[] | undefined;
  /** The run that last asked for a look at the instance, so that its message, redelivered, does not ask again. */
  readonly invalidatedIn?: string | undefined;
  /** Raised by every change of the owner's; the owner's writes are conditional on it. */
  readonly version: number;
  /** Pods that want this instance id, and how often one has said so: the release must not miss any. */
  readonly waiting: readonly PodKey[];
  readonly waitRevision: number;
}

/** Cloud Map accepted the deregistration: the instance counts for as long as it is listed, the claim does not. */
export function isDeregistered({ phase, operationId }: Pick<Claim, 'phase' | 'operationId'>): boolean {
  return phase === 'releasing' && operationId !== undefined;
}

/**
 * Of attributes that somebody changed past us: equal to no other fingerprint. It still says that we registered the
 * instance, and so that it is ours.
 */
export const invalidatedFingerprint = 'invalidated';

/** A Cloud Map service as the system knows it. */
export interface CloudMapService {
  readonly id: string;
  /** As Cloud Map spells it. */
  readonly name: string;
  readonly namespaceId: string;
  readonly namespaceKind: 'http' | 'private-dns';
  /** The name by which DiscoverInstances knows the namespace: another than its own where there are several of that. */
  readonly httpName: string;
  /** The account of a namespace that is shared with this one; its services have ARNs for ids. */
  readonly ownerAccount?: string | undefined;
  readonly hasCustomHealthCheck: boolean;
  /** The program that manages it, as its description says. */
  readonly managedBy?: string | undefined;
  /** Cloud Map refused a new instance, and no place has become free since, as far as is known. */
  readonly full?: FullService | undefined;
}

export interface FullService {
  /** When Cloud Map refused the last instance, epoch milliseconds. */
  readonly atMs: number;
  /** Whose quota of instances is reached. */
  readonly quota: 'service' | 'namespace';
}

/** A pod that a full service has no place for. */
export interface WaitingPod extends PodKey {
  readonly createdAt: string;
  /** The id that it wants there. */
  readonly instanceId: string;
  /** When it was asked to try again, since a place had become free; epoch milliseconds. */
  readonly wokenAtMs?: number | undefined;
  /** Which place: whoever offers it again, after a crash, asks the same pod. */
  readonly wokenFor?: string | undefined;
}

/** A Kubernetes namespace of a cluster. */
export interface Tenant {
  readonly cluster: string;
  readonly kubernetesNamespace: string;
}

/** The tenants that may register into a service where no tenancy rules say who may. */
export interface ServiceOwners {
  readonly owners: readonly Tenant[];
  /** When the owners changed last, and when the service's instances were looked at last; epoch milliseconds. */
  readonly sinceMs: number;
  readonly checkedAtMs: number;
  /** Kubernetes namespaces for which the old App Mesh controller left instances, as of then. */
  readonly leftoverNamespaces: readonly string[];
  /** The names under which they hold their claims; the owners of all spellings are kept as one. */
  readonly claimedAs?: Pick<ServiceKey, 'namespaceName' | 'serviceName' | 'chosen'> | undefined;
  readonly version: number;
}

export function registrationId({ service, instanceId }: Registration): string {
  const namespace = service.chosen ? `${service.namespaceName} ${service.chosen}` : service.namespaceName;
  return `${service.target}|${namespace}|${service.serviceName}|${instanceId}`;
}

/** That a cluster used a service, and so may have instances there. */
export interface UsedService {
  readonly service: ServiceKey;
  /** When that was noted last, epoch milliseconds. */
  readonly usedAtMs: number;
}
