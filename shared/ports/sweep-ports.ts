import type { ClusterConfig } from '../model/cluster-config.ts';
import type { ClusterObject, NodePlace, PodObject } from '../model/kubernetes.ts';
import type { CloudMapService } from '../model/registration.ts';
import type { RunningOperation, SeenInstance } from '../model/service-view.ts';
import type { StoredSighting } from '../model/version.ts';
import type { MeshRunStore, StatusStore } from './mesh-ports.ts';
import type { CloudMapNamespace, Dependencies } from './ports.ts';

/** A pod as listed: trimmed, with the place of its node. */
export interface ListedPod {
  readonly object: PodObject;
  readonly node?: NodePlace | undefined;
}

/** All of a cluster at one resourceVersion. */
export interface ClusterListing {
  readonly resourceVersion: string;
  /** By `namespace/name`. */
  readonly pods: ReadonlyMap<string, ListedPod>;
  /** Namespaces and mesh objects, trimmed. */
  readonly objects: readonly ClusterObject[];
  /**
   * Kinds that could not be had at `resourceVersion` any more and are of a later state: complete, but not of one moment
   * with the pods.
   */
  readonly laterKinds: readonly string[];
  /** Mesh kinds that the cluster does not have: its API server knows no such resource. */
  readonly absentKinds: readonly string[];
}

/** Reads clusters themselves, by the EKS API. */
export interface ClusterReader {
  /** Throws when the API server cannot be reached or a page is missing: never answers a part. */
  list(cluster: ClusterConfig): Promise<ClusterListing>;
}

/** What a sweep reads of Cloud Map beyond what sync-pods does. */
export interface CloudMapReader {
  /** Service name → what it is, of all services of a namespace. */
  servicesOf(namespace: CloudMapNamespace): Promise<ReadonlyMap<string, CloudMapService>>;
  /** All instances of a service, without their health. Pages through to the end, or throws. */
  instancesOf(serviceId: string): Promise<ReadonlyMap<string, SeenInstance>>;
  /** Instance id → health, as far as DiscoverInstances shows the instances already. */
  healthOf(
    service: Pick<CloudMapService, 'name' | 'httpName' | 'ownerAccount'>,
  ): Promise<ReadonlyMap<string, string>>;
  /** The same, and a text that changes with all else that DiscoverInstances shows, where it tells a revision. */
  shown(service: Pick<CloudMapService, 'name' | 'httpName' | 'ownerAccount'>): Promise<ShownInstances>;
  /** The register and deregister operations that were accepted and have not run yet: of a service, or of all. */
  runningOperations(serviceId?: string): Promise<readonly string[]>;
  /** What such an operation does; undefined when Cloud Map does not know it, or it has ended. */
  runningOperation(id: string): Promise<(RunningOperation & { readonly instanceId: string }) | undefined>;
  /** Failed register and deregister operations of a service since then: operation id → Cloud Map's own words. */
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
  /** Where the truth came from; how old it was, in milliseconds. */
  readonly source: 'api server' | 'relay';
  readonly sourceAgeMs: number;
  /** Why nothing was deleted, where the listing was not to be trusted for that. */
  readonly incomplete?: string | undefined;
  readonly pods: number;
  readonly instances: number;
  /** Finding kind → how many. */
  readonly counts: Readonly<Record<string, number>>;
  /** The first hundred, in words. */
  readonly findings: readonly ReportedFinding[];
  readonly refused: readonly (ReportedFinding & { readonly reason: string })[];
  /** Why the health of some services' instances was not compared. */
  readonly healthReadFailures?: readonly string[] | undefined;
  /** Events sent to the writers of pods and of what is stored. */
  readonly repairs: number;
  /** What was asked of the mesh's writer, where there is a mesh target. */
  readonly mesh?: 'reconcile' | 'verify' | undefined;
  /** Namespaces whose virtual nodes are to be told anew of their pods. */
  readonly statuses?: readonly string[] | undefined;
  /** AWS and Kubernetes calls by operation. */
  readonly calls: Readonly<Record<string, number>>;
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

/** Lists of instances that are kept between the sweeps of one execution environment. */
export interface InstanceLists {
  /** The list of a service as it was kept for this very `state`; undefined where it has to be read again. */
  recall(serviceId: string, state: string): ReadonlyMap<string, SeenInstance> | undefined;
  keep(serviceId: string, state: string, instances: ReadonlyMap<string, SeenInstance>): void;
}

/** A sweep writes to no pod. */
export interface SweepDependencies extends Omit<Dependencies, 'podStatus'> {
  readonly clusterReader: ClusterReader;
  readonly reports: ReportStore;
  readonly cloudMapReader: (cluster: ClusterConfig) => CloudMapReader;
  /** Lists of earlier sweeps, for where nothing has changed since; every service is listed without. */
  readonly instanceLists?: InstanceLists | undefined;
  readonly meshRuns: Pick<MeshRunStore, 'last'>;
  readonly statuses: Pick<StatusStore, 'all'>;
  /** AWS and Kubernetes calls so far, by operation. */
  readonly calls: () => Readonly<Record<string, number>>;
}
