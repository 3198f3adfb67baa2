import type { PodKey, ServiceKey } from '../identity.ts';
import type { Journey } from '../journey.ts';

/** An instance that a pod has, or may have, in a service. Stored with the pod, before the claim is taken. */
export interface Registration {
  readonly service: ServiceKey;
  readonly instanceId: string;
  /** The pod that registered, or wanted to: a recreated pod does not inherit it. Absent in records of earlier versions. */
  readonly uid?: string | undefined;
}

export type Health = 'HEALTHY' | 'UNHEALTHY';

/**
 * The ownership of an instance id of a Cloud Map service. Taken before RegisterInstance and removed after
 * DeregisterInstance: after a crash the claim says what may exist.
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
  /** Digest of the attributes last accepted by Cloud Map; absent before. */
  readonly fingerprint?: string | undefined;
  readonly health?: Health | undefined;
  /** The id of its service: if the service has another id later, it was replaced. */
  readonly serviceId: string;
  readonly operationId?: string | undefined;
  /** When the claim was taken or RegisterInstance last accepted, epoch milliseconds. */
  readonly touchedAtMs: number;
  /** The attribute keys of our last accepted update, and those that we were about to write since. Absent: not known. */
  readonly attributeKeys?: readonly string[] | undefined;
  /** Set if that update removes keys of ours: they may still be on the instance. */
  readonly removal?: AttributeRemoval | undefined;
  /** The change that caused the last accepted RegisterInstance. Absent in claims of earlier versions. */
  readonly journey?: Journey | undefined;
  /** The change that caused the last accepted DeregisterInstance. Absent in claims of earlier versions. */
  readonly releaseCause?: Pick<Journey, 'correlationId' | 'observedAtMs'> | undefined;
  /** The run that last requested a verification, so that its redelivered message does not request it again. */
  readonly invalidatedIn?: string | undefined;
  /** Incremented by every write of the owner; the owner's writes are conditional on it. */
  readonly version: number;
  /** Pods that wait for this instance id, and the number of such requests: the release must not miss any. */
  readonly waiting: readonly PodKey[];
  readonly waitRevision: number;
}

/** Attributes that an accepted update removes. They stay ours until its operation has succeeded. */
export interface AttributeRemoval {
  readonly keys: readonly string[];
  readonly operationId: string;
  /** Epoch milliseconds. */
  readonly acceptedAtMs: number;
}

/** Cloud Map accepted the deregistration: the instance counts while it is listed, the claim does not. */
export function isDeregistered({ phase, operationId }: Pick<Claim, 'phase' | 'operationId'>): boolean {
  return phase === 'releasing' && operationId !== undefined;
}

/**
 * The fingerprint after somebody else changed the attributes: equal to no other fingerprint. It still shows that we
 * registered the instance, so that it is ours.
 */
export const invalidatedFingerprint = 'invalidated';

/** A Cloud Map service as the system knows it. */
export interface CloudMapService {
  readonly id: string;
  /** As Cloud Map spells it. */
  readonly name: string;
  readonly namespaceId: string;
  readonly namespaceKind: 'http' | 'private-dns';
  /** The namespace's name in DiscoverInstances: differs from its own if several namespaces have that name. */
  readonly httpName: string;
  /** The account of a namespace that is shared with this one; its services have ARNs for ids. */
  readonly ownerAccount?: string | undefined;
  readonly hasCustomHealthCheck: boolean;
  /** The program that manages it, as its description says. */
  readonly managedBy?: string | undefined;
  /** Set if Cloud Map refused a new instance and no place is known to have become free since. */
  readonly full?: FullService | undefined;
}

export interface FullService {
  /** When Cloud Map refused the last instance, epoch milliseconds. */
  readonly atMs: number;
  /** Which instance quota is reached. */
  readonly quota: 'service' | 'namespace';
  /** Set while a writer with a free place searches for pods that began to wait meanwhile: new pods are not refused. */
  readonly reopening?: true | undefined;
}

/** A full service in which a pod waits, or may wait, for a place; and the pod's creation time. */
export interface PlaceWait {
  readonly service: ServiceKey;
  readonly createdAt: string;
}

/** A pod that waits for a place in a full service. */
export interface WaitingPod extends PodKey {
  readonly createdAt: string;
  /** The instance id that it wants. */
  readonly instanceId: string;
  /** When a retry was requested because a place had become free; epoch milliseconds. */
  readonly wokenAtMs?: number | undefined;
  /** Which place: whoever offers it again, after a crash, asks the same pod. */
  readonly wokenFor?: string | undefined;
}

/** A Kubernetes namespace of a cluster. */
export interface Tenant {
  readonly cluster: string;
  readonly kubernetesNamespace: string;
}

/** The tenants that may register into a service, if there are no tenancy rules. */
export interface ServiceOwners {
  readonly owners: readonly Tenant[];
  /** When the owners last changed, and when the service's instances were last checked; epoch milliseconds. */
  readonly sinceMs: number;
  readonly checkedAtMs: number;
  /** Kubernetes namespaces of which the old App Mesh controller had left instances at that time. */
  readonly leftoverNamespaces: readonly string[];
  /** The names under which their claims are stored; all spellings of a name share one record of owners. */
  readonly claimedAs?: Pick<ServiceKey, 'namespaceName' | 'serviceName' | 'chosen'> | undefined;
  readonly version: number;
}

export function registrationId({ service, instanceId }: Registration): string {
  const namespace = service.chosen ? `${service.namespaceName} ${service.chosen}` : service.namespaceName;
  return `${service.target}|${namespace}|${service.serviceName}|${instanceId}`;
}

/** A service that a cluster used and may have instances in. */
export interface UsedService {
  readonly service: ServiceKey;
  /** When that was last recorded, epoch milliseconds. */
  readonly usedAtMs: number;
}
