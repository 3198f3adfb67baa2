import type { ClusterConfig } from '../model/cluster-config.ts';
import type { EventDetail } from '../model/events/event.ts';
import type { PodKey, ServiceKey } from '../model/identity.ts';
import type { PodObservation } from '../model/pod.ts';
import type { Problem } from '../model/problem.ts';
import type { GateCondition, GateNote } from '../model/records/gate-note.ts';
import type { PodRecord } from '../model/records/pod-record.ts';
import type {
  Claim,
  CloudMapService,
  FullService,
  Health,
  PlaceWait,
  Registration,
  ServiceOwners,
  UsedService,
} from '../model/records/registration.ts';
import type { StoredSighting } from '../model/version.ts';
import type { ClusterObjectStore } from './cluster-object-store.ts';
import type { DrainStore } from './drain-store.ts';
import type { ListingStore } from './listing-store.ts';
import type { ServiceNotices } from './service-notices.ts';
import type { Telemetry } from './telemetry.ts';
import type { WaitingPodStore } from './waiting-pod-store.ts';

/**
 * What the use cases depend on: only the calls that they use. The adapters in shared/adapters and the in-memory fakes
 * of the tests implement these interfaces; one contract suite checks both. All errors are those of model/errors.ts.
 */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** All reads are strongly consistent: "write first, then read the other side" depends on it. */
export interface PodStore {
  /**
   * Stores the observation if it is newer than the stored one (`isNewer`), or if the stored one is exactly the sighting
   * that it supersedes. Registrations are kept. Superseding a sighting also removes the record of the readiness gate,
   * because that refers to the same versions.
   */
  record(observation: PodObservation, supersedes?: StoredSighting): Promise<'stored' | 'older'>;
  find(key: PodKey): Promise<PodRecord | undefined>;
  addRegistration(key: PodKey, registration: Registration): Promise<void>;
  removeRegistration(key: PodKey, registration: Registration): Promise<void>;
  addWait(key: PodKey, wait: PlaceWait): Promise<void>;
  removeWait(key: PodKey, wait: PlaceWait): Promise<void>;
  saveProblems(key: PodKey, problems: readonly Problem[]): Promise<void>;
  saveGate(key: PodKey, gate: GateNote): Promise<void>;
  /** Sets a tombstone without registrations to expire, long after the last event about its pod can arrive. */
  retire(key: PodKey, uid: string): Promise<void>;
  /** Pods of a cluster by object key, from inclusive, to exclusive (null: to the end), including tombstones. */
  inRange(cluster: string, from: string, to: string | null): AsyncIterable<PodRecord>;
}

export interface TakeOptions {
  /** Keys that are about to be written, added to the earlier ones; stored in the claim before the write. */
  readonly attributeKeys?: readonly string[] | undefined;
  /** The claim as the caller has read it, null if there was none: saves a read. It may have changed since. */
  readonly seen?: Claim | null | undefined;
}

/** Every write throws a ConflictError if the claim has changed since the caller read it. */
export interface ClaimStore {
  find(service: ServiceKey, instanceId: string): Promise<Claim | undefined>;
  /**
   * Takes the id for a pod, for the first time or not, in phase `claimed`. Keeps the fingerprint if the service is the
   * same. Returns the current claim, which belongs to another pod if that pod was first.
   */
  take(
    id: { readonly service: ServiceKey; readonly instanceId: string },
    owner: Claim['owner'],
    serviceId: string,
    nowMs: number,
    options?: TakeOptions,
  ): Promise<Claim>;
  /**
   * After RegisterInstance was accepted, or the health was changed. The keys and their removal change together: without
   * `attributeKeys`, both stay; without `removal`, nothing is removed.
   */
  apply(
    claim: Claim,
    applied: Pick<
      Claim,
      'fingerprint' | 'health' | 'operationId' | 'touchedAtMs' | 'attributeKeys' | 'removal' | 'journey'
    >,
  ): Promise<Claim>;
  /**
   * Back to `claimed`: verify the attributes (the instance stays ours), and for `all` the health, too. `invalidatedIn`:
   * the run that requests it, so that its message does not do so twice.
   */
  invalidate(
    claim: Claim,
    what: 'attributes' | 'all',
    changes?: Pick<Claim, 'invalidatedIn' | 'attributeKeys'>,
  ): Promise<Claim>;
  /** Called before DeregisterInstance, and again with the operation's id and its cause once it was accepted. */
  release(claim: Claim, operationId?: string, cause?: Claim['releaseCause']): Promise<Claim>;
  /** Gives the id to another pod, in phase `claimed`. The deregistration named by the claim must have succeeded. */
  takeOver(released: Claim, owner: Claim['owner'], serviceId: string, nowMs: number): Promise<Claim>;
  /** Called after DeregisterInstance. Also throws a ConflictError if another pod began to wait since the last read. */
  remove(claim: Claim): Promise<void>;
  /** Records that a pod waits for the id. Returns false if the claim is gone, so there is nothing to wait for. */
  wait(claim: Claim, pod: PodKey): Promise<boolean>;
  ofService(service: ServiceKey): AsyncIterable<Claim>;
}

/** Cloud Map names → ids, and the owners of each service. */
export interface ServiceStore {
  find(key: ServiceKey): Promise<CloudMapService | undefined>;
  /** Does nothing if that id is already stored: the service may have been recorded as full since. */
  save(key: ServiceKey, service: CloudMapService): Promise<void>;
  forget(key: ServiceKey): Promise<void>;
  /** Records that Cloud Map accepts no new instance; does nothing if the stored id is another by now. */
  markFull(key: ServiceKey, serviceId: string, full: FullService): Promise<void>;
  /** Sets `reopening` in that record, unless it was written again since. */
  reopen(key: ServiceKey, full: FullService): Promise<void>;
  /** Clears that record, unless it was written again since. */
  clearFull(key: ServiceKey, full: FullService): Promise<void>;
  owners(key: ServiceKey): Promise<ServiceOwners | undefined>;
  /** Throws a ConflictError if the owners changed since they were read (undefined or version 0: not stored yet). */
  replaceOwners(
    key: ServiceKey,
    owners: Omit<ServiceOwners, 'version'>,
    previous: ServiceOwners | undefined,
  ): Promise<ServiceOwners>;
  /** All services of an account and Region whose ids are known. */
  ofTarget(target: string): AsyncIterable<Omit<ServiceKey, 'target'>>;
  /** All services of an account and Region that have owners. */
  ownedOf(target: string): AsyncIterable<Pick<ServiceKey, 'namespaceName' | 'serviceName'> & ServiceOwners>;
}

/** The services that a cluster used. Sweeps read them until they contain nothing of the cluster. */
export interface UsedServiceStore {
  find(cluster: string, service: ServiceKey): Promise<UsedService | undefined>;
  save(cluster: string, used: UsedService): Promise<void>;
  ofCluster(cluster: string): AsyncIterable<UsedService>;
  /** Does nothing if the service was used since. */
  remove(cluster: string, used: UsedService): Promise<void>;
}

export interface CloudMapNamespace {
  readonly id: string;
  /** As Cloud Map spells it. */
  readonly name: string;
  readonly kind: 'http' | 'private-dns' | 'public-dns';
  /** The name that DiscoverInstances uses for it. */
  readonly httpName: string;
  /** Set for a namespace that another account shares with this one; its id is then an ARN. */
  readonly ownerAccount?: string | undefined;
  readonly hostedZoneId?: string | undefined;
  readonly vpcs?: readonly string[] | undefined;
}

export interface Operation {
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** If it failed: Cloud Map's error text, unchanged. */
  readonly error?: string | undefined;
  /** If it failed because Route 53 does not create the namespace's hosted zone: the same call fails again. */
  readonly isZoneRefused?: boolean | undefined;
}

export type NewNamespace = NonNullable<ClusterConfig['cloudMap']['namespaces'][number]['create']>;

export interface NewService {
  readonly name: string;
  readonly namespace: CloudMapNamespace;
  readonly recordTypes: readonly ('A' | 'AAAA')[];
  readonly ttlSeconds: number;
  readonly hasCustomHealthCheck: boolean;
  readonly cluster: string;
}

/** Calls that are preceded by a read of what they would change. */
export type InstanceCall = 'RegisterInstance' | 'DeregisterInstance';

/** One account and Region of AWS Cloud Map. */
export interface CloudMap {
  /** The namespaces of this account with that name, ignoring case. */
  namespacesNamed(name: string): Promise<readonly CloudMapNamespace[]>;
  /** By id or by ARN; the ARN may be that of a namespace that another account shares. Throws a NotFoundError. */
  namespaceById(idOrArn: string): Promise<CloudMapNamespace>;
  /** The VPCs in which a private DNS namespace is visible. */
  vpcsOf(namespace: CloudMapNamespace): Promise<readonly string[]>;
  /** Starts to create a namespace; returns the operation's id, or undefined if the namespace already exists. */
  createNamespace(name: string, create: NewNamespace, cluster: string): Promise<string | undefined>;
  /** Creates the service or finds the existing one of that name; returns its id. */
  ensureService(service: NewService): Promise<string>;
  describeService(id: string, namespace: CloudMapNamespace): Promise<CloudMapService>;
  /** The number of instances of a service, by Cloud Map's own count. */
  instanceCount(serviceId: string): Promise<number>;
  /** Attributes; undefined if the instance does not exist, which may also mean "not propagated yet". */
  findInstance(serviceId: string, instanceId: string): Promise<Readonly<Record<string, string>> | undefined>;
  listInstances(
    serviceId: string,
  ): AsyncIterable<{ readonly id: string; readonly attributes: Readonly<Record<string, string>> }>;
  /**
   * Does the work, which ends with that call, as soon as AWS allows one more of it; or throws a WaitError. So what the
   * work reads before the call is fresh, and is not read again by a message that waits for its turn.
   */
  whenAllowed<T>(call: InstanceCall, work: () => Promise<T>): Promise<T>;
  /** Returns the operation's id. Throws OperationInProgressError while another operation runs for the instance. */
  registerInstance(
    serviceId: string,
    instanceId: string,
    attributes: Readonly<Record<string, string>>,
  ): Promise<string>;
  /** Same as registerInstance. */
  deregisterInstance(serviceId: string, instanceId: string): Promise<string>;
  setHealth(serviceId: string, instanceId: string, health: Health): Promise<void>;
  /** Whether this system created the service, according to its tag. */
  isMadeHere(serviceId: string): Promise<boolean>;
  /** The cluster for which this system created the service, according to its tag. */
  madeFor(serviceId: string): Promise<string | undefined>;
  /** Cloud Map does not delete a service that has instances. */
  deleteService(serviceId: string): Promise<'deleted' | 'in use'>;
  operation(id: string): Promise<Operation>;
  /** Operations of one service that were updated since then, by id. Those that Cloud Map has forgotten are left out. */
  operations(
    serviceId: string,
    wanted: { readonly ids: readonly string[]; readonly sinceMs: number },
  ): Promise<ReadonlyMap<string, Operation>>;
}

/** Sends events to the functions that handle them. */
export interface RequestSender {
  /** Resolves once every event was accepted. */
  send(events: readonly EventDetail[]): Promise<void>;
}

export interface NewCondition extends GateCondition {
  readonly type: string;
  /** RFC 3339, to the second; set when the status changes. */
  readonly lastTransitionTime?: string | undefined;
}

/** Writes the status of a cluster's pods. */
export interface PodStatus {
  /**
   * Sets one condition of exactly this pod and leaves the others. Returns the pod's new resourceVersion. Throws a
   * NotFoundError if no pod has the name, a ConflictError if another pod has it, and a PermanentError if a retry would
   * not help soon: the call is forbidden, or the API server is unreachable.
   */
  setCondition(
    pod: { readonly namespace: string; readonly name: string; readonly uid: string },
    condition: NewCondition,
  ): Promise<string>;
}

/** Deletions of one part of a listing that exceed the cap. */
export interface RefusedDeletions {
  readonly cluster: string;
  readonly kind: string;
  readonly count: number;
  /** The first of them, `namespace/name`. */
  readonly first: string;
  readonly reason: string;
}

/** Further dependencies for observing a listing. */
export interface ListingDependencies extends ObservingDependencies {
  /** Reports the refused deletions to the operators, in the log and as a metric. */
  readonly refused: (deletions: RefusedDeletions) => void;
}

/** Dependencies for recording and announcing an observation: the table and the queues, nothing of Cloud Map. */
export interface ObservingDependencies {
  readonly clock: Clock;
  readonly pods: PodStore;
  readonly claims: ClaimStore;
  readonly objects: ClusterObjectStore;
  readonly services: ServiceStore;
  readonly usedServices: UsedServiceStore;
  readonly waitingPods: WaitingPodStore;
  readonly listings: ListingStore;
  readonly drains: DrainStore;
  readonly requests: RequestSender;
  /** Absent where nobody reads it, as in most tests. */
  readonly telemetry?: Telemetry | undefined;
  /** Throws a PermanentError that names the cluster if it is not configured. */
  readonly cluster: (name: string) => ClusterConfig;
}

export type NamespaceReader = Pick<CloudMap, 'namespacesNamed' | 'namespaceById' | 'vpcsOf'>;

export interface Dependencies extends ObservingDependencies {
  readonly cloudMap: (cluster: ClusterConfig) => CloudMap;
  /** Absent if no cluster imports what pods may register. */
  readonly notices?: ServiceNotices | undefined;
  readonly podStatus: (cluster: ClusterConfig) => PodStatus;
}
