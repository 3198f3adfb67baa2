import type { ClusterConfig } from '../model/cluster-config.ts';
import type { EventDetail } from '../model/event.ts';
import type { GateCondition, GateNote } from '../model/gate-note.ts';
import type { PodKey, ServiceKey } from '../model/identity.ts';
import type { ClusterObject } from '../model/kubernetes.ts';
import type { PodObservation } from '../model/pod.ts';
import type { PodRecord } from '../model/pod-record.ts';
import type { Problem } from '../model/problem.ts';
import type {
  Claim,
  CloudMapService,
  FullService,
  Health,
  Registration,
  ServiceOwners,
  UsedService,
} from '../model/registration.ts';
import type { StoredSighting } from '../model/version.ts';
import type { ListingStore } from './listing-store.ts';
import type { WaitingPodStore } from './waiting-pod-store.ts';

/**
 * What the use cases ask of the world: just the calls used. The adapters in aws/ and state/ have these shapes; so have
 * the tests' in-memory ones, held to the same by one contract suite. All errors are those of model/errors.ts.
 */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** All reads are consistent: "write first, then read the other side" rests on it. */
export interface PodStore {
  /**
   * Stores the observation if it is newer than what is stored (`isNewer`), or if that is exactly the sighting that it
   * supersedes. Registrations stay; what is known of the readiness gate goes with a sighting that is superseded, since it
   * is by the same versions.
   */
  record(observation: PodObservation, supersedes?: StoredSighting): Promise<'stored' | 'older'>;
  find(key: PodKey): Promise<PodRecord | undefined>;
  addRegistration(key: PodKey, registration: Registration): Promise<void>;
  removeRegistration(key: PodKey, registration: Registration): Promise<void>;
  saveProblems(key: PodKey, problems: readonly Problem[]): Promise<void>;
  saveGate(key: PodKey, gate: GateNote): Promise<void>;
  /** Lets a tombstone without registrations expire, long after the last event about its pod can arrive. */
  retire(key: PodKey, uid: string): Promise<void>;
  /** Pods of a cluster by object key, from inclusive, to exclusive (null: to the end), tombstones included. */
  inRange(cluster: string, from: string, to: string | null): AsyncIterable<PodRecord>;
}

/** Every write throws a ConflictError when the claim is not as the caller last saw it. */
export interface ClaimStore {
  find(service: ServiceKey, instanceId: string): Promise<Claim | undefined>;
  /**
   * Takes the id for a pod, anew or again, in phase `claimed`. Keeps the fingerprint where the service is the same.
   * Answers the claim as it is now, which is another pod's where that was first.
   */
  take(
    id: { readonly service: ServiceKey; readonly instanceId: string },
    owner: Claim['owner'],
    serviceId: string,
    nowMs: number,
    /** What is about to be written beside what was: kept with the claim before it is. */
    attributeKeys?: readonly string[],
  ): Promise<Claim>;
  /** After RegisterInstance was accepted, or the health was changed. */
  apply(
    claim: Claim,
    applied: Pick<Claim, 'fingerprint' | 'health' | 'operationId' | 'touchedAtMs' | 'attributeKeys'>,
  ): Promise<Claim>;
  /** Back to `claimed`: what was registered is not taken for granted any more; that it was, and so is ours, is. `all`: nor
   * is its health. `doubtedIn`: the run that asks for it, so that its message does not ask twice. */
  invalidate(
    claim: Claim,
    what: 'attributes' | 'all',
    changes?: Pick<Claim, 'invalidatedIn' | 'attributeKeys'>,
  ): Promise<Claim>;
  /** Before DeregisterInstance; and after it was accepted, with the operation's id. */
  release(claim: Claim, operationId?: string): Promise<Claim>;
  /** Gives the id to another pod, in phase `claimed`: the deregistration that the claim names has succeeded. */
  takeOver(released: Claim, owner: Claim['owner'], serviceId: string, nowMs: number): Promise<Claim>;
  /** After DeregisterInstance. A ConflictError also when another pod began to wait since the claim was read. */
  remove(claim: Claim): Promise<void>;
  /** Notes that a pod waits for the id; false when there is no claim any more, so that there is nothing to wait for. */
  wait(claim: Claim, pod: PodKey): Promise<boolean>;
  ofService(service: ServiceKey): AsyncIterable<Claim>;
}

export interface StoredObject {
  readonly object: ClusterObject;
  readonly deleted: boolean;
  /** Earlier states whose pods may not have been told yet; null stands for "was not there". */
  readonly unannounced: readonly (ClusterObject | null)[];
  /** What is wrong with a later version of the object, which is not stored: its faults, a line each. */
  readonly fault?: string | undefined;
  /** When it was stored, epoch milliseconds; absent in records of before this was noted. */
  readonly seenAtMs?: number | undefined;
  /** As of a pod: the last live state beside this one. */
  readonly displaced?: ClusterObject | undefined;
}

/** As much of an object as says which one it is. */
export interface ObjectReference {
  readonly kind: string;
  readonly metadata: { readonly namespace?: string | undefined; readonly name: string };
}

export interface ClusterObjectStore {
  find(cluster: string, object: ObjectReference): Promise<StoredObject | undefined>;
  /** Replaces `previous`; a ConflictError when that is not what is stored. */
  replace(cluster: string, next: StoredObject, previous: StoredObject | undefined): Promise<void>;
  /** All live objects of a kind in a namespace ('' for a cluster-scoped kind), but those that never were right. */
  ofKind(cluster: string, kind: string, namespace: string): Promise<readonly ClusterObject[]>;
  /** Objects of a kind by object key, from inclusive, to exclusive, tombstones included. */
  inRange(cluster: string, kind: string, from: string, to: string | null): AsyncIterable<StoredObject>;
}

/** Names → ids of Cloud Map, and who owns a service. */
export interface ServiceStore {
  find(key: ServiceKey): Promise<CloudMapService | undefined>;
  save(key: ServiceKey, service: CloudMapService): Promise<void>;
  forget(key: ServiceKey): Promise<void>;
  /** Notes that Cloud Map takes no new instance; nothing where another id is known by now. */
  markFull(key: ServiceKey, serviceId: string, full: FullService): Promise<void>;
  /** Takes that back, unless it was noted anew. */
  clearFull(key: ServiceKey, full: FullService): Promise<void>;
  owners(key: ServiceKey): Promise<ServiceOwners | undefined>;
  /** Throws a ConflictError when the owners are not those last seen (undefined or version 0: not stored yet). */
  replaceOwners(
    key: ServiceKey,
    owners: Omit<ServiceOwners, 'version'>,
    previous: ServiceOwners | undefined,
  ): Promise<ServiceOwners>;
  /** All services of an account and Region that have owners. */
  ownedOf(target: string): AsyncIterable<Pick<ServiceKey, 'namespaceName' | 'serviceName'> & ServiceOwners>;
}

/** Which services a cluster used, so that sweeps read them until nothing of the cluster is there. */
export interface UsedServiceStore {
  find(cluster: string, service: ServiceKey): Promise<UsedService | undefined>;
  save(cluster: string, used: UsedService): Promise<void>;
  ofCluster(cluster: string): AsyncIterable<UsedService>;
  /** Unless it was used since. */
  remove(cluster: string, used: UsedService): Promise<void>;
}

export interface CloudMapNamespace {
  readonly id: string;
  /** As Cloud Map spells it. */
  readonly name: string;
  readonly kind: 'http' | 'private-dns' | 'public-dns';
  /** The name by which DiscoverInstances knows it. */
  readonly httpName: string;
  /** Of one that another account shares with this one; its id is an ARN. */
  readonly ownerAccount?: string | undefined;
  readonly hostedZoneId?: string | undefined;
  readonly vpcs?: readonly string[] | undefined;
}

export interface Operation {
  readonly status: 'pending' | 'succeeded' | 'failed';
  /** Cloud Map's own words, where it failed. */
  readonly error?: string | undefined;
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
  /** Those of this account that have the name, in whatever case. */
  namespacesNamed(name: string): Promise<readonly CloudMapNamespace[]>;
  /** By id or, also one that another account shares, by ARN. Throws a NotFoundError. */
  namespaceById(idOrArn: string): Promise<CloudMapNamespace>;
  /** The VPCs in which a private DNS namespace is seen. */
  vpcsOf(namespace: CloudMapNamespace): Promise<readonly string[]>;
  /** Begins to create a namespace; answers the operation's id, or undefined when it exists already. */
  createNamespace(name: string, create: NewNamespace, cluster: string): Promise<string | undefined>;
  /** Creates the service or finds the existing one of that name; answers its id. */
  ensureService(service: NewService): Promise<string>;
  describeService(id: string, namespace: CloudMapNamespace): Promise<CloudMapService>;
  /** How many instances a service has, by Cloud Map's own count. */
  instanceCount(serviceId: string): Promise<number>;
  /** Attributes; undefined when there is no such instance, which may also mean "not propagated yet". */
  findInstance(serviceId: string, instanceId: string): Promise<Readonly<Record<string, string>> | undefined>;
  listInstances(
    serviceId: string,
  ): AsyncIterable<{ readonly id: string; readonly attributes: Readonly<Record<string, string>> }>;
  /**
   * Does the work as soon as AWS allows one more of that call, which is what the work ends with; or throws a WaitError. So
   * what the work reads before the call is fresh, and is not read again by a message that waits for its turn.
   */
  whenAllowed<T>(call: InstanceCall, work: () => Promise<T>): Promise<T>;
  /** Answers the operation's id. Throws OperationInProgressError while another one runs for the instance. */
  registerInstance(
    serviceId: string,
    instanceId: string,
    attributes: Readonly<Record<string, string>>,
  ): Promise<string>;
  /** Likewise. */
  deregisterInstance(serviceId: string, instanceId: string): Promise<string>;
  setHealth(serviceId: string, instanceId: string, health: Health): Promise<void>;
  /** Whether this system made the service, as its tag says. */
  isMadeHere(serviceId: string): Promise<boolean>;
  operation(id: string): Promise<Operation>;
  /** Of one service, updated since then, by id; those that Cloud Map has forgotten are left out. */
  operations(
    serviceId: string,
    wanted: { readonly ids: readonly string[]; readonly sinceMs: number },
  ): Promise<ReadonlyMap<string, Operation>>;
}

/** Sends events to the functions that handle them. */
export interface RequestSender {
  /** Resolves when every event was accepted. */
  send(events: readonly EventDetail[]): Promise<void>;
}

export interface NewCondition extends GateCondition {
  readonly type: string;
  /** RFC 3339, to the second; given when the status is another than before. */
  readonly lastTransitionTime?: string | undefined;
}

/** Writes the status of a cluster's pods. */
export interface PodStatus {
  /**
   * Sets one condition of that very pod and leaves the others; answers the pod's resourceVersion since. Throws a NotFoundError when there is no pod of that name,
   * a ConflictError when it is another one, a PermanentError where it will not go well soon: it is forbidden, or the API
   * server out of reach.
   */
  setCondition(
    pod: { readonly namespace: string; readonly name: string; readonly uid: string },
    condition: NewCondition,
  ): Promise<string>;
}

/** Deletions that one part of a listing would make beyond the cap. */
export interface RefusedDeletions {
  readonly cluster: string;
  readonly kind: string;
  readonly count: number;
  /** The first of them, `namespace/name`. */
  readonly first: string;
  readonly reason: string;
}

/** What observing a listing asks of the world besides. */
export interface ListingDependencies extends ObservingWorld {
  /** Reports to the operators, in the log and as a metric, what a listing was refused. */
  readonly refused: (deletions: RefusedDeletions) => void;
}

/** What recording an observation needs, and announcing it: the table and the queues, and nothing of Cloud Map. */
export interface ObservingWorld {
  readonly clock: Clock;
  readonly pods: PodStore;
  readonly claims: ClaimStore;
  readonly mesh: ClusterObjectStore;
  readonly services: ServiceStore;
  readonly usedServices: UsedServiceStore;
  readonly waitingPods: WaitingPodStore;
  readonly listings: ListingStore;
  readonly requests: RequestSender;
  /** Throws a PermanentError that names the cluster when it is not configured. */
  readonly cluster: (name: string) => ClusterConfig;
}

export type NamespaceReader = Pick<CloudMap, 'namespacesNamed' | 'namespaceById' | 'vpcsOf'>;

export interface Dependencies extends ObservingWorld {
  readonly cloudMap: (cluster: ClusterConfig) => CloudMap;
  readonly podStatus: (cluster: ClusterConfig) => PodStatus;
}
