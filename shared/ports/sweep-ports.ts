import type { ClusterConfig } from '../model/cluster-config.ts';
import type { ClusterObject, NodePlace, PodObject } from '../model/kubernetes.ts';
import type { LiveStatus } from '../model/kubernetes-object.ts';
import type { CloudMapService } from '../model/records/registration.ts';
import type { RunningOperation, SeenInstance } from '../model/service-view.ts';
import type { StoredSighting } from '../model/version.ts';
import type { MeshRunStore, StatusStore } from './mesh-ports.ts';
import type { CloudMapNamespace, Dependencies } from './ports.ts';

/** A pod as listed: trimmed, with its node's zone and Region. */
export interface ListedPod {
  readonly object: PodObject;
  readonly node?: NodePlace | undefined;
  /** By its own conditions, which the trimmed object does not have. */
  readonly readinessChangedAt?: string | undefined;
}

/** All objects of a cluster at one resourceVersion. */
export interface ClusterListing {
  readonly resourceVersion: string;
  /** By `namespace/name`. */
  readonly pods: ReadonlyMap<string, ListedPod>;
  /** Namespaces and mesh objects, trimmed. */
  readonly objects: readonly ClusterObject[];
  /** The whole statuses of the mesh objects, by `objectText`. */
  readonly statuses: ReadonlyMap<string, LiveStatus>;
  /**
   * Kinds that could no longer be listed at `resourceVersion` and are of a later state: complete, but not from the same
   * moment as the pods.
   */
  readonly laterKinds: readonly string[];
  /** Mesh kinds that the cluster does not have: its API server does not know the resource. */
  readonly absentKinds: readonly string[];
}

/** Reads the clusters themselves through the EKS API. */
export interface ClusterReader {
  /** Throws if the API server cannot be reached or a page is missing: never returns a partial listing. */
  list(cluster: ClusterConfig): Promise<ClusterListing>;
}

/** What a sweep reads from Cloud Map in addition to what sync-pods reads. */
export interface CloudMapReader {
  /** Service name → service, for all services of a namespace. */
  servicesOf(namespace: CloudMapNamespace): Promise<ReadonlyMap<string, CloudMapService>>;
  /** All instances of a service, without their health. Reads all pages, or throws. */
  instancesOf(serviceId: string): Promise<ReadonlyMap<string, SeenInstance>>;
  /** Instance id → health, for the instances that DiscoverInstances already shows. */
  healthOf(
    service: Pick<CloudMapService, 'name' | 'httpName' | 'ownerAccount'>,
  ): Promise<ReadonlyMap<string, string>>;
  /** Same as healthOf, plus a text that changes with all else that DiscoverInstances shows, if it has a revision. */
  shown(service: Pick<CloudMapService, 'name' | 'httpName' | 'ownerAccount'>): Promise<ShownInstances>;
  /** Register and deregister operations that were accepted and have not run yet: of one service, or of all. */
  runningOperations(serviceId?: string): Promise<readonly string[]>;
  /** What such an operation does; undefined if Cloud Map does not know it or it has ended. */
  runningOperation(id: string): Promise<(RunningOperation & { readonly instanceId: string }) | undefined>;
  /** Failed register and deregister operations of a service since then: operation id → Cloud Map's error text. */
  failedOperations(serviceId: string, sinceMs: number): Promise<ReadonlyMap<string, string>>;
}

export interface ShownInstances {
  readonly state: string | undefined;
  readonly health: ReadonlyMap<string, string>;
}

/** The last report of each cluster, for `explain`. */
export interface ReportStore {
  save(cluster: string, report: SweepReport): Promise<void>;
  last(cluster: string): Promise<SweepReport | undefined>;
}

export interface SweepReport {
  readonly run: string;
  readonly cluster: string;
  readonly startedAt: string;
  readonly durationMs: number;
  /** Source of the cluster snapshot; its age in milliseconds. */
  readonly source: 'api server' | 'relay';
  readonly sourceAgeMs: number;
  /** Why nothing was deleted, if the listing could not be trusted for that. */
  readonly incomplete?: string | undefined;
  /** Set if the cluster is drained; RFC 3339. */
  readonly drainedSince?: string | undefined;
  readonly pods: number;
  readonly instances: number;
  /** The service with most instances, whoever registered them; absent in reports of earlier versions. */
  readonly fullest?: { readonly service: string; readonly instances: number } | undefined;
  /** Finding kind → count. */
  readonly counts: Readonly<Record<string, number>>;
  /** The first hundred, as text. */
  readonly findings: readonly ReportedFinding[];
  readonly refused: readonly (ReportedFinding & { readonly reason: string })[];
  /** All refused ones, by who must act; absent in reports of earlier versions. */
  readonly refusals?: SweepRefusals | undefined;
  /** Why the health of some services' instances was not compared. */
  readonly healthReadFailures?: readonly string[] | undefined;
  /** Events sent to the functions that write pods and stored objects. */
  readonly repairs: number;
  /** Repaired findings that the report before had as repaired; absent if there are none. */
  readonly persisting?: number | undefined;
  /** What was requested from reconcile-mesh, if the cluster has a mesh target. */
  readonly mesh?: 'reconcile' | 'verify' | undefined;
  /** Namespaces whose virtual nodes need their pods' status written again. */
  readonly statuses?: readonly string[] | undefined;
  /** AWS and Kubernetes calls by operation. */
  readonly calls: Readonly<Record<string, number>>;
}

export interface SweepRefusals {
  /** Over the cap, on an incomplete listing, or of a kind that the cluster does not have: for who operates the deployment. */
  readonly deletions: number;
  /** Objects that are too large for an event: for their authors. */
  readonly oversized: number;
}

interface ReportedFinding {
  readonly kind: string;
  readonly pod?: string | undefined;
  readonly object?: string | undefined;
  readonly service?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly detail: string;
  readonly stored?: StoredSighting | undefined;
}

/** Lists of instances, kept between the sweeps of one execution environment. */
export interface InstanceLists {
  /** The list of a service as kept for exactly this `state`; undefined if it must be read again. */
  recall(serviceId: string, state: string): ReadonlyMap<string, SeenInstance> | undefined;
  keep(serviceId: string, state: string, instances: ReadonlyMap<string, SeenInstance>): void;
}

/** A sweep does not write to pods or mesh objects. */
export interface SweepDependencies extends Omit<Dependencies, 'podStatus'> {
  readonly clusterReader: ClusterReader;
  readonly reports: ReportStore;
  readonly cloudMapReader: (cluster: ClusterConfig) => CloudMapReader;
  /** Lists of earlier sweeps, used where nothing has changed since. Without it, every service is listed. */
  readonly instanceLists?: InstanceLists | undefined;
  readonly meshRuns: Pick<MeshRunStore, 'last'>;
  readonly statuses: Pick<StatusStore, 'all' | 'replace'>;
  /** AWS and Kubernetes calls so far, by operation. */
  readonly calls: () => Readonly<Record<string, number>>;
}
