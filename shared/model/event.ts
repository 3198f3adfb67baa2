import type { ClusterObject, NodePlace, PodObject } from './kubernetes.ts';
import type { StoredSighting } from './version.ts';

/**
 * The event contract: what relays send over the bus, as `detail` of an EventBridge event, and functions to the queues. The schemas that check it are in
 * `event-schema.ts`, apart from these types so that the relay can build events without carrying a validator.
 */
const eventSource = 'eks-mesh-sync';

/** The source of the events of a cluster's relay, whose role may use no other. */
export function relaySource(cluster: string): string {
  return `${eventSource}/${cluster}`;
}

/** A change that readers of the old form cannot understand raises this. Fields may be added without. */
export const eventVersion = 1;

export const detailTypes = {
  podChanged: 'Pod Changed',
  podResyncRequested: 'Pod Resync Requested',
  clusterObjectChanged: 'Cluster Object Changed',
  clusterListed: 'Cluster Listed',
  meshReconcileRequested: 'Mesh Reconcile Requested',
  meshStatusRequested: 'Mesh Status Requested',
} as const;
export type DetailType = (typeof detailTypes)[keyof typeof detailTypes];

interface Detail<Type extends DetailType> {
  /** The event's detail-type again: the rules hand the queues source and detail alone. */
  readonly type: Type;
  readonly version: typeof eventVersion;
  /**
   * The FIFO message group, for the rules to take it from: the pod's (`podGroup`) in pod events, the cluster's mesh
   * (`meshGroup`) in requests to reconcile it, the cluster's statuses (`statusGroup`) in requests to write them, the
   * cluster's (`clusterGroup`) in all others. The functions compute it themselves (`messageGroupOf`).
   */
  readonly group: string;
  readonly cluster: string;
}

/** An instance that was seen in Cloud Map, or missed there, otherwise than its claim says. */
export interface InstanceToVerify {
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly instanceId: string;
  /** The account and Region (`ServiceKey.target`), where that is not the cluster's own any more. */
  readonly target?: string | undefined;
  /** With `target`: the namespace that clusters.yml chose then (`ServiceKey.chosen`). */
  readonly chosen?: string | undefined;
  /** The id of the Cloud Map service it was seen in: the table may have lost it. */
  readonly serviceId?: string | undefined;
  /** The deregistration that has ended: it does not run any more, and the instance is gone. */
  readonly endedOperationId?: string | undefined;
}

/**
 * A state that was read from the API server after this sighting was read from the table. It replaces exactly that
 * sighting, whatever their versions say. Only functions may say so (`relayed-event.ts`).
 */
interface Superseding {
  readonly supersedes?: StoredSighting | undefined;
}

interface Repair extends Superseding {
  /** Part of the deduplication id, so that SQS does not take it for a duplicate of an earlier run's. */
  readonly run?: string | undefined;
  /** What the pod's writer is to look at afresh, whatever its claims say. */
  readonly instancesToVerify?: readonly InstanceToVerify[] | undefined;
}

/** A pod was added, modified or deleted. `Deleted` carries the object's last state. */
export interface PodChanged extends Detail<typeof detailTypes.podChanged>, Repair {
  readonly change: 'Applied' | 'Deleted';
  readonly pod: PodObject;
  readonly node?: NodePlace | undefined;
}

/**
 * Look at this pod again, whatever is stored of it. Sent by those who find work but may not do it: `reconcile-mesh`,
 * `sweep`, `resync`, and a pod that gave up an instance id that another waits for.
 */
export interface PodResyncRequested
  extends Detail<typeof detailTypes.podResyncRequested>,
    Omit<Repair, 'supersedes'> {
  readonly pod: { readonly namespace: string; readonly name: string };
  readonly run: string;
  readonly reason: string;
}

/** An App Mesh object or a Namespace was added, modified or deleted. */
export interface ClusterObjectChanged extends Detail<typeof detailTypes.clusterObjectChanged>, Superseding {
  readonly change: 'Applied' | 'Deleted';
  readonly object: ClusterObject;
  /** The sweep that sent it, so that SQS does not take it for a duplicate of an earlier one's. */
  readonly run?: string | undefined;
}

/**
 * One part of a complete listing of one kind, taken at one resourceVersion. It covers every object whose key
 * (`objectKey`, compared bytewise) lies in [from, to): an object known from before that lies in the range, is not
 * listed and is not newer than the listing, is gone. Each part stands for itself, so none waits for the others.
 */
export interface ClusterListed extends Detail<typeof detailTypes.clusterListed> {
  readonly listing: {
    /** The same for all parts of one listing. */
    readonly id: string;
    readonly kind: string;
    readonly resourceVersion: string;
    /**
     * When the cluster began: creationTimestamp of its namespace kube-system. An object older than that is of a former
     * cluster of the same name, whose resourceVersions say nothing about this one's. Absent where the relay may not
     * read it.
     */
    readonly clusterCreatedAt?: string | undefined;
    /**
     * When the relay took it, by its clock: when it began to list, or what the watch had shown by then. Absent from relays
     * of before; then no listing brings back what its version rule holds to be gone.
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
 * Make the mesh target equal to the cluster's mesh objects. A group of its own, so that a mesh API that is slow, or not
 * there any more, keeps nobody waiting who only wants to know what changed in the cluster.
 */
export interface MeshReconcileRequested extends Detail<typeof detailTypes.meshReconcileRequested> {
  readonly run: string;
  readonly reason: string;
  /** Compare with the mesh target itself, too. */
  readonly verify?: boolean | undefined;
}

/**
 * Tell the virtual nodes of a namespace how many of their pods are registered in Cloud Map. All who ask within a few
 * seconds send the same body, of which SQS keeps one; it is handled when it is due, and so after everything that any of
 * them had written by then.
 */
export interface MeshStatusRequested extends Detail<typeof detailTypes.meshStatusRequested> {
  readonly namespace: string;
  /** Epoch milliseconds. */
  readonly dueAtMs: number;
}

export type EventDetail =
  | PodChanged
  | PodResyncRequested
  | ClusterObjectChanged
  | ClusterListed
  | MeshReconcileRequested
  | MeshStatusRequested;
