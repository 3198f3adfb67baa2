import type { ClusterConfig } from '../model/cluster-config.ts';
import { objectKey, type PodKey } from '../model/identity.ts';
import type { Pod, PodObservation } from '../model/pod.ts';
import type { Claim, Registration } from '../model/registration.ts';
import { isNewer, type StoredSighting, storedSighting } from '../model/version.ts';
import { contradiction } from './contradiction.ts';
import { type DesiredInstance, desiredInstances, type Surroundings } from './desired.ts';
import { stateOf } from './eligibility.ts';
import { wrongGate } from './gate-findings.ts';
import { isLeftover, type Ownership, ownershipOf } from './ownership.ts';
import { isSameContent } from './same-content.ts';

/** What is in Cloud Map, by instance id. Health is absent where the service has no custom health check. */
export interface SeenInstance {
  readonly attributes: Readonly<Record<string, string>>;
  readonly health?: string | undefined;
}

/** Instances with their health, as far as that could be read: it never says which there are. */
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

/** A Cloud Map service with both of its sides: what is there, and what is claimed to be. */
export interface ServiceView {
  readonly namespaceName: string;
  readonly serviceName: string;
  readonly hasCustomHealthCheck: boolean;
  readonly instances: ReadonlyMap<string, SeenInstance>;
  readonly claims: ReadonlyMap<string, Claim>;
  /** Operation id → Cloud Map's own words. */
  readonly failedOperations: ReadonlyMap<string, string>;
  /** Why the health of the instances is not known. */
  readonly healthUnread?: string | undefined;
}

export interface SeenPod extends PodObservation {
  readonly registrations: readonly Registration[];
}

/** Everything a sweep compares. Pods are keyed by `namespace/name`, services by `namespace/service`. */
export interface Sides {
  readonly config: ClusterConfig;
  readonly nowMs: number;
  /** The truth: live pods of the cluster. Not `complete`: some may be missing from it, so nothing is taken for gone. */
  readonly pods: ReadonlyMap<string, Pod>;
  readonly complete: boolean;
  readonly surroundings: (namespace: string) => Surroundings;
  readonly seen: ReadonlyMap<string, SeenPod>;
  readonly services: ReadonlyMap<string, ServiceView>;
  /** Whether pods' conditions are as fresh as all else, and their writers can set them. */
  readonly gatesCanBeSet: boolean;
  /** Restricts what is looked at, by pod. */
  readonly inScope: (pod: { readonly namespace: string; readonly name: string }) => boolean;
}

export type FindingKind =
  /** A pod of the cluster that was never told of, or whose latest state was not. */
  | 'unseen'
  | 'outdated'
  /** What is stored of a pod or an object cannot be true beside what the API server lists. */
  | 'RecordContradicted'
  /** A pod thought alive that is not in the cluster. */
  | 'gone'
  /** An instance that should be there and is not; is there and should not; is there and says something else. */
  | 'missing'
  | 'stale'
  | 'wrong attributes'
  | 'wrong health'
  /** The condition of our readiness gate does not say what Cloud Map does. */
  | 'wrong gate'
  /** Cloud Map accepted an operation and failed it afterwards. */
  | 'failed operation'
  /** A claim that was not carried through, or an instance of ours without one. */
  | 'unfinished'
  /** A mesh object or namespace that is stored and not in the cluster; one of which no event can tell, as it is too large. */
  | 'gone object'
  | 'untold object'
  /** Left by the old App Mesh controller: for a live pod, or for none. */
  | 'adoptable'
  | 'orphaned'
  /** Somebody else's, under an id that one of our pods wants. */
  | 'foreign';

export interface Finding {
  readonly kind: FindingKind;
  /** Whose writer repairs it; absent where nobody does. */
  readonly pod?: (PodKey & { readonly uid: string }) | undefined;
  /** `Kind namespace/name`, where it is about a mesh object or a namespace. */
  readonly object?: string | undefined;
  /** `namespace/service` and the instance id, where it is about an instance. */
  readonly service?: string | undefined;
  readonly instanceId?: string | undefined;
  readonly detail: string;
  /** The sighting in the table, where the API server contradicts it. */
  readonly stored?: StoredSighting | undefined;
  /** The services from which the repair takes an instance, `namespace/service`. */
  readonly deletesIn: readonly string[];
}

/** A claim is taken and carried through within seconds; one that is older than this was left behind by a crash. */
const unfinishedAfterMs = 2 * 60_000;

/** The instances of each service that are there because a live pod wants them. */
type Explained = Map<ServiceView, Set<string>>;

/**
 * Compares the cluster, the pods seen, the claims and Cloud Map, and says every difference. Pure and linear in the
 * number of pods and instances. What is in order gives nothing.
 */
export function findings(sides: Sides): Finding[] {
  const found: Finding[] = [];
  const explained: Explained = new Map();
  for (const [key, pod] of sides.pods) {
    if (!sides.inScope(pod)) continue;
    const before = found.length;
    const stale = unknownState(sides, key, pod);
    if (stale !== undefined) found.push(stale);
    const { instances } = desiredInstances(pod, sides.surroundings(pod.namespace), sides.config.cloudMap);
    for (const desired of instances) checkDesired(sides, pod, desired, explained, found);
    const gate = found.length > before ? null : wrongGate(sides, pod, instances); // any other repair sets it, too
    if (gate !== null) found.push(about(pod, 'wrong gate', gate));
  }
  for (const [key, record] of sides.seen) checkSeen(sides, key, record, explained, found);
  for (const [name, service] of sides.services)
    checkUnexplained(sides, name, service, explained.get(service) ?? new Set(), found);
  return found;
}

function unknownState(sides: Sides, key: string, pod: Pod): Finding | undefined {
  const record = sides.seen.get(key);
  if (record === undefined) return about(pod, 'unseen', 'the cluster has this pod, and nothing told of it');
  if (!record.deleted && isSameVersion(pod, record.pod)) return undefined;
  const listed = { ...pod, deleted: false };
  const stored = { ...record.pod, deleted: record.deleted };
  const reason = contradiction(listed, stored);
  if (reason !== null) return { ...about(pod, 'RecordContradicted', reason), stored: storedSighting(stored) };
  if ((!record.deleted && isSamePod(pod, record.pod)) || !isNewer(listed, stored)) return undefined;
  return about(
    pod,
    'outdated',
    `the cluster is at resourceVersion ${pod.resourceVersion}, ${record.pod.resourceVersion} was told`,
  );
}

function isSameVersion(listed: Pod, told: Pod): boolean {
  return listed.uid === told.uid && listed.resourceVersion === told.resourceVersion;
}

/** The same for all that matters here: a kubelet's heartbeat raises the resourceVersion, and no relay tells of it. */
function isSamePod(listed: Pod, told: Pod): boolean {
  if (listed.uid !== told.uid) return false;
  const { resourceVersion } = told;
  return isSameContent({ ...listed, resourceVersion }, told);
}

function checkSeen(sides: Sides, key: string, record: SeenPod, explained: Explained, found: Finding[]): void {
  const { pod, deleted, registrations } = record;
  if (deleted || !sides.complete || !sides.inScope(pod) || sides.pods.has(key)) return;
  const deletesIn: string[] = [];
  for (const { service, instanceId } of registrations) {
    const name = `${service.namespaceName}/${service.serviceName}`;
    const view = sides.services.get(name);
    if (view === undefined || !view.instances.has(instanceId)) continue;
    explain(explained, view, instanceId); // its release is part of the pod's end
    deletesIn.push(name);
  }
  const [first] = registrations;
  found.push({
    ...about(pod, 'gone', 'it is not in the cluster any more, and nothing told of it'),
    ...(first && {
      service: `${first.service.namespaceName}/${first.service.serviceName}`,
      instanceId: first.instanceId,
    }),
    deletesIn,
  });
}

function explain(explained: Explained, service: ServiceView, instanceId: string): void {
  const ofService = explained.get(service) ?? new Set();
  explained.set(service, ofService.add(instanceId));
}

/**
 * Decision table of one instance that a pod may have.
 *   pod        | Cloud Map      | finding
 *   ready      | nothing        | missing
 *   ready      | ours           | wrong attributes, wrong health, unfinished (no claim), or none
 *   ready      | leftover of it | adoptable
 *   ready      | anybody else's | foreign
 *   unready    | ours           | wrong health, or stale where the service has no custom check
 *   ineligible | ours           | stale (see checkUnexplained)
 */
function checkDesired(
  sides: Sides,
  pod: Pod,
  desired: DesiredInstance,
  explained: Explained,
  found: Finding[],
): void {
  const name = `${desired.namespaceName}/${desired.serviceName}`;
  const service = sides.services.get(name);
  const state = stateOf({ pod, deleted: false }, desired.ipFamily);
  if (state === 'ineligible') return;
  const instance = service?.instances.get(desired.instanceId);
  const tell = (kind: FindingKind, detail: string) =>
    found.push({ ...about(pod, kind, detail), service: name, instanceId: desired.instanceId });

  if (service === undefined || instance === undefined) {
    if (state === 'ready') tell(...whyMissing(service, desired.instanceId));
    return;
  }
  const holder = service.claims.get(desired.instanceId)?.owner;
  const isHeldByAnother =
    holder !== undefined && (holder.namespace !== pod.namespace || holder.name !== pod.name);
  if (isHeldByAnother && sides.pods.get(objectKey(holder))?.uid === holder.uid) return; // it waits for its turn
  const ownership = isClaimed(service, pod, desired) ? ours : ownershipOf(instance.attributes, pod);
  if (ownership.kind === 'foreign') return void (state === 'ready' && tell('foreign', ownership.reason));
  if (state === 'unready' && !service.hasCustomHealthCheck) return;
  explain(explained, service, desired.instanceId);
  if (ownership.kind === 'adoptable')
    return void tell('adoptable', 'the App Mesh controller left it for this pod');
  checkOurs(sides.nowMs, service, instance, desired, state === 'ready' ? 'HEALTHY' : 'UNHEALTHY', tell);
}

const ours: Ownership = { kind: 'ours' };

/** An instance that we registered is ours whatever somebody made of its attributes since. */
function isClaimed(service: ServiceView, pod: Pod, { instanceId }: DesiredInstance): boolean {
  const claim = service.claims.get(instanceId);
  return claim?.phase === 'applied' && claim.owner.uid === pod.uid && claim.owner.cluster === pod.cluster;
}

function whyMissing(service: ServiceView | undefined, instanceId: string): [FindingKind, string] {
  const claim = service?.claims.get(instanceId);
  const failure = service?.failedOperations.get(claim?.operationId ?? '');
  if (failure !== undefined)
    return ['failed operation', `operation ${claim?.operationId} failed: ${failure}`];
  return ['missing', 'the pod is ready, and Cloud Map does not have it'];
}

function checkOurs(
  nowMs: number,
  service: ServiceView | undefined,
  instance: SeenInstance,
  desired: DesiredInstance,
  health: 'HEALTHY' | 'UNHEALTHY',
  tell: (kind: FindingKind, detail: string) => void,
): unknown {
  const difference = differenceOf(desired.attributes, instance.attributes);
  if (difference !== null) return tell('wrong attributes', difference);
  if (service?.hasCustomHealthCheck && instance.health !== undefined && instance.health !== health)
    return tell('wrong health', `Cloud Map says ${instance.health}, the pod is ${health}`);
  const claim = service?.claims.get(desired.instanceId);
  if (claim === undefined) return tell('unfinished', 'it is ours, and no claim says so');
  if (claim.phase !== 'applied' && nowMs - claim.touchedAtMs > unfinishedAfterMs)
    tell('unfinished', `its claim is ${claim.phase} since ${new Date(claim.touchedAtMs).toISOString()}`);
}

/** The first attribute that is not as desired, in words. What others added is not a difference. */
function differenceOf(
  desired: Readonly<Record<string, string>>,
  actual: Readonly<Record<string, string>>,
): string | null {
  for (const key in desired)
    if (actual[key] !== desired[key])
      return `${key} is ${actual[key] ?? 'absent'}, it should be ${desired[key]}`;
  return null;
}

/** Instances and claims that no live pod wants. */
function checkUnexplained(
  sides: Sides,
  name: string,
  service: ServiceView,
  explained: ReadonlySet<string>,
  found: Finding[],
): void {
  const cluster = sides.config.name;
  for (const [instanceId, { attributes }] of service.instances) {
    if (explained.has(instanceId)) continue;
    const key = service.claims.get(instanceId)?.owner ?? namedBy(attributes);
    if (!sides.inScope(key)) continue;
    const where = { service: name, instanceId };
    if (attributes['k8s.io/cluster'] === cluster) {
      const isOfLivePod = sides.pods.get(objectKey(key))?.uid === key.uid;
      const detail = isOfLivePod
        ? 'its pod is not to be registered here any more'
        : 'its pod is not in the cluster';
      if (!isOfLivePod && !sides.complete) continue;
      const pod = key.namespace && key.name && key.uid ? key : undefined; // damaged by hand: told, but nobody's to repair
      found.push({ kind: 'stale', pod, ...where, detail, deletesIn: pod === undefined ? [] : [name] });
    } else if (isLeftover(attributes) && sides.complete && !sides.pods.has(objectKey(key)))
      found.push({
        kind: 'orphaned',
        ...where,
        detail: `the App Mesh controller left it for pod ${objectKey(key)}, which is not in this cluster`,
        deletesIn: [],
      });
  }
  for (const [instanceId, { owner, phase }] of service.claims) {
    if (owner.cluster !== cluster || service.instances.has(instanceId) || !sides.inScope(owner)) continue;
    if (sides.pods.get(objectKey(owner))?.uid === owner.uid) continue; // missing, if it is wanted
    if (sides.complete)
      found.push({
        kind: 'unfinished',
        pod: owner,
        service: name,
        instanceId,
        detail: `a claim of a pod that is gone is left over, ${phase}`,
        deletesIn: [],
      });
  }
}

/** Whose an instance says it is. */
function namedBy(attributes: Readonly<Record<string, string>>): PodKey & { readonly uid: string } {
  return {
    cluster: attributes['k8s.io/cluster'] ?? '',
    namespace: attributes['k8s.io/namespace'] ?? '',
    name: attributes['k8s.io/pod'] ?? '',
    uid: attributes['k8s.io/pod-uid'] ?? '',
  };
}

function about(pod: Pod, kind: FindingKind, detail: string): Finding {
  return {
    kind,
    pod: { cluster: pod.cluster, namespace: pod.namespace, name: pod.name, uid: pod.uid },
    detail,
    deletesIn: [],
  };
}
