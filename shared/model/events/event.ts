import type { ServiceKey } from '../identity.ts';
import type { ClusterObject, NodePlace, PodObject } from '../kubernetes.ts';
import type { StoredSighting } from '../version.ts';

/**
 * The event contract: relays send these as `detail` of an EventBridge event over the bus, functions send them to the queues.
 * The schemas are in `schema.ts`, apart from these types, so that the relay does not include a validator.
 */
const eventSource = 'eks-mesh-sync';

/** The source of the events of a cluster's relay, whose role may use no other. */
export function relaySource(cluster: string): string {
  return `${eventSource}/${cluster}`;
}

/** Incremented by a change that earlier readers cannot understand; new fields do not need it. */
export const eventVersion = 1;

export const detailTypes = {
  podChanged: 'Pod Changed',
  podResyncRequested: 'Pod Resync Requested',
  serviceRemovalRequested: 'Service Removal Requested',
  clusterObjectChanged: 'Cluster Object Changed',
  clusterListed: 'Cluster Listed',
  meshReconcileRequested: 'Mesh Reconcile Requested',
  meshStatusRequested: 'Mesh Status Requested',
  serviceEntriesPollRequested: 'Service Entries Poll Requested',
  cloudMapServiceChanged: 'Cloud Map Service Changed',
} as const;
export type DetailType = (typeof detailTypes)[keyof typeof detailTypes];

/**
 * What an event says of the change that caused it. All optional: relays of earlier versions send none of it, and functions of
 * earlier versions ignore it. It decides nothing; logs, metrics and `explain` show it.
 */
export interface EventCause {
  /** The same in all events, log lines and stored records of one change. A relay makes one for each change it observes. */
  readonly correlationId?: string | undefined;
  /** When the change was observed, RFC 3339. */
  readonly observedAt?: string | undefined;
  /** When the pod became ready, or stopped being ready, by the API server's clock; RFC 3339, to the second. */
  readonly readinessChangedAt?: string | undefined;
}

interface Detail<Type extends DetailType> extends EventCause {
  /** A copy of the event's detail-type: the rules pass only source and detail to the queues. */
  readonly type: Type;
  readonly version: typeof eventVersion;
  /**
   * The FIFO message group, from which the rules take it: the pod's (`podGroup`) in pod events, the cluster's mesh
   * (`meshGroup`) in requests to reconcile it, the cluster's statuses (`statusGroup`) in requests to write them, the
   * cluster's (`clusterGroup`) in all others, whichever queue they are for. The functions compute it themselves (`messageGroupOf`).
   */
  readonly group: string;
  readonly cluster: string;
}

export interface FailedOperation {
  readonly id: string;
  /** Cloud Map's own text. */
  readonly error: string;
}

/** An instance whose presence in Cloud Map differs from its claim. */
export interface InstanceToVerify {
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly instanceId: string;
  /** The account and Region (`ServiceKey.target`), if it is no longer the cluster's own. */
  readonly target?: string | undefined;
  /** With `target`: the namespace that clusters.yml chose then (`ServiceKey.chosen`). */
  readonly chosen?: string | undefined;
  /** The id of the Cloud Map service it was seen in: the table may have lost it. */
  readonly serviceId?: string | undefined;
  /** The deregistration that has ended; the instance is gone. */
  readonly endedOperationId?: string | undefined;
  /** The accepted operation that failed; logged by the pod's writer. */
  readonly failedOperation?: FailedOperation | undefined;
}

/**
 * A state that was read from the API server after this sighting was read from the table. It replaces exactly that sighting,
 * regardless of their versions. Only functions may send it (`relayed-event.ts`).
 */
interface Superseding {
  readonly supersedes?: StoredSighting | undefined;
}

interface Repair extends Superseding {
  /** Part of the deduplication id, so that SQS does not drop it as a duplicate of an earlier run's. */
  readonly run?: string | undefined;
  /** Instances that the pod's writer has to verify, regardless of its claims. */
  readonly instancesToVerify?: readonly InstanceToVerify[] | undefined;
}

/** A pod was added, modified or deleted. `Deleted` carries the object's last state. */
export interface PodChanged extends Detail<typeof detailTypes.podChanged>, Repair {
  readonly change: 'Applied' | 'Deleted';
  readonly pod: PodObject;
  readonly node?: NodePlace | undefined;
}

/**
 * Requests a resync of this pod, regardless of what is stored. Sent by functions that find work of another writer:
 * `reconcile-mesh`, `sweep`, `resync`, and by a pod that released an instance id that another waits for.
 */
export interface PodResyncRequested
  extends Detail<typeof detailTypes.podResyncRequested>,
    Omit<Repair, 'supersedes'> {
  readonly pod: { readonly namespace: string; readonly name: string };
  readonly run: string;
  readonly reason: string;
}

/**
 * Requests that a Cloud Map service is removed: its cluster is drained, and the service was empty. Sent by functions only.
 * Its message group is the service's (`serviceGroup`).
 */
export interface ServiceRemovalRequested extends Detail<typeof detailTypes.serviceRemovalRequested> {
  readonly service: ServiceKey;
  readonly serviceId: string;
  readonly run: string;
}

/** An App Mesh object or a Namespace was added, modified or deleted. */
export interface ClusterObjectChanged extends Detail<typeof detailTypes.clusterObjectChanged>, Superseding {
  readonly change: 'Applied' | 'Deleted';
  readonly object: ClusterObject;
  /** The sweep that sent it, so that SQS does not drop it as a duplicate of an earlier sweep's. */
  readonly run?: string | undefined;
}

/**
 * One part of a complete listing of one kind, taken at one resourceVersion. It covers every object whose key
 * (`objectKey`, compared bytewise) lies in [from, to): a stored object in the range that is not listed and not newer than
 * the listing was deleted. Parts are independent, so none waits for the others.
 */
export interface ClusterListed extends Detail<typeof detailTypes.clusterListed> {
  readonly listing: {
    /** The same for all parts of one listing. */
    readonly id: string;
    readonly kind: string;
    /**
     * The API server does not serve this mesh kind, according to its discovery documents. Then nothing is listed, the
     * resourceVersion is 0, and stored objects of the kind are kept. Never sent by relays of earlier versions.
     */
    readonly absent?: true | undefined;
    readonly resourceVersion: string;
    /**
     * When the cluster was created: creationTimestamp of its namespace kube-system. An older object is of a former cluster
     * of the same name, whose resourceVersions are not comparable. Absent if the relay may not read it.
     */
    readonly clusterCreatedAt?: string | undefined;
    /**
     * When the relay took it, by its clock: when it began to list, or the time of the watch state. Absent from relays of
     * earlier versions; then a listing does not restore what the version rule counts as deleted.
     */
    readonly takenAt?: string | undefined;
    /** 1-based. */
    readonly part: number;
    readonly parts: number;
    /** First key covered, inclusive; the empty string means from the beginning. */
    readonly from: string;
    /** First key not covered; null means to the end. */
    readonly to: string | null;
    readonly objects: readonly { readonly key: string; readonly uid: string }[];
  };
}

/**
 * Requests a reconciliation of the mesh target with the cluster's mesh objects. It has its own group, so that a slow or
 * unavailable mesh API does not delay the processing of changes in the cluster.
 */
export interface MeshReconcileRequested extends Detail<typeof detailTypes.meshReconcileRequested> {
  readonly run: string;
  readonly reason: string;
  /** Also compare with the mesh targets themselves. */
  readonly verify?: boolean | undefined;
  /** The mesh targets to compare with; all by default. */
  readonly targets?: readonly string[] | undefined;
  /** Only if what the targets read from outside the cluster has changed. */
  readonly poll?: boolean | undefined;
}

/**
 * Requests that the virtual nodes of a namespace get their number of registered pods as status. All requests within a few
 * seconds have the same body, of which SQS keeps one. It is handled when it is due, and so after all writes of its senders.
 */
export interface MeshStatusRequested extends Detail<typeof detailTypes.meshStatusRequested> {
  readonly namespace: string;
  /** Epoch milliseconds. */
  readonly dueAtMs: number;
}

/** Requests a comparison of the cluster's ServiceEntries with Cloud Map. */
export interface ServiceEntriesPollRequested extends Detail<typeof detailTypes.serviceEntriesPollRequested> {
  /** Makes the body unique, so that SQS does not drop the request as a duplicate of an earlier one. */
  readonly run: string;
  readonly reason: string;
  /** The services of this namespace are listed, though their number may be the same. */
  readonly namespaceId?: string | undefined;
  /** Everything is listed and read, though nothing seems to have changed. */
  readonly isFull?: boolean | undefined;
}

/**
 * A Cloud Map service that the cluster imports has changed, or will when an accepted operation ends. It is read now, and
 * again after some seconds until the change is seen. `cluster` is the importing one.
 */
export interface CloudMapServiceChanged extends Detail<typeof detailTypes.cloudMapServiceChanged> {
  readonly serviceId: string;
  /** When Cloud Map accepted the call, epoch milliseconds, by whole seconds. */
  readonly sinceMs: number;
  /** An earlier read for this change found one. */
  readonly isSeen?: boolean | undefined;
}

export type EventDetail =
  | PodChanged
  | PodResyncRequested
  | ServiceRemovalRequested
  | ClusterObjectChanged
  | ClusterListed
  | MeshReconcileRequested
  | MeshStatusRequested
  | ServiceEntriesPollRequested
  | CloudMapServiceChanged;
