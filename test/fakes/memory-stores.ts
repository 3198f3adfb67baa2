import { ConflictError } from '../../shared/model/errors.ts';
import { objectKey, type PodKey, type ServiceKey } from '../../shared/model/identity.ts';
import type { ClusterObject } from '../../shared/model/kubernetes.ts';
import { type Pod, type PodObservation, sightingOfPod } from '../../shared/model/pod.ts';
import type { Problem } from '../../shared/model/problem.ts';
import {
  type AppliedClaim,
  appliedChange,
  type ClaimChange,
  type Invalidation,
  invalidatedChange,
  releasedChange,
  takenClaim,
  takenOverClaim,
} from '../../shared/model/records/claim-changes.ts';
import type { GateNote } from '../../shared/model/records/gate-note.ts';
import type { PodRecord } from '../../shared/model/records/pod-record.ts';
import {
  type Claim,
  type CloudMapService,
  type FullService,
  type PlaceWait,
  type Registration,
  registrationId,
  type ServiceOwners,
  type UsedService,
  type WaitingPod,
} from '../../shared/model/records/registration.ts';
import { isNewer, isSameSighting, type StoredSighting } from '../../shared/model/version.ts';
import type {
  ClaimStore,
  ClusterObjectStore,
  ObjectReference,
  PodStore,
  ServiceStore,
  StoredObject,
  TakeOptions,
  UsedServiceStore,
} from '../../shared/ports/ports.ts';
import type { WaitingPodStore } from '../../shared/ports/waiting-pod-store.ts';
import { MemoryListings, MemoryReports } from './memory-listings.ts';

/**
 * The stores in memory, for property tests that need thousands of runs. Held to what DynamoDB does by the contract
 * suite in test/adapters/dynamodb. Everything stored and answered is a copy, as over a wire.
 */
export function memoryStores(now: () => number = Date.now) {
  const pods = new MemoryPods(now);
  const claims = new MemoryClaims();
  return {
    ...{
      pods,
      claims,
      objects: new MemoryClusterObjects(),
      services: new MemoryServices(),
      usedServices: new MemoryUsedServices(),
      waitingPods: new MemoryWaitingPods(),
    },
    ...{ listings: new MemoryListings(now), reports: new MemoryReports() },
  };
}

const copy = <T>(value: T): T => structuredClone(value);
const text = (value: unknown): string => JSON.stringify(value);
const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

function between(key: string, from: string, to: string | null): boolean {
  return bytewise(key, from) >= 0 && (to === null || bytewise(key, to) < 0);
}

class MemoryPods implements PodStore {
  readonly items = new Map<string, PodRecord>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async record(observation: PodObservation, supersedes?: StoredSighting): Promise<'stored' | 'older'> {
    const { pod, deleted } = observation;
    const stored = this.items.get(text(keyOf(pod)));
    const seen = { pod, deleted, seenAtMs: this.#now() };
    const nothing = { registrations: [], problems: [] };
    if (stored === undefined)
      return this.put({ ...nothing, ...seen, displaced: deleted ? [pod] : [] }, 'stored');
    const { pod: known, displaced = [] } = stored;
    const { state, former } = statesOf(stored);
    const identity = { uid: pod.uid, resourceVersion: pod.resourceVersion, createdAt: pod.createdAt };
    const next = { ...stored, ...seen, pod: deleted ? { ...state, ...identity } : pod };
    if (supersedes !== undefined && isSameSighting(sightingOfPod(stored), supersedes)) {
      const { gate, ...rest } = next;
      return this.put({ ...rest, displaced: deleted ? [state] : [] }, 'stored');
    }
    const others = former ? [former] : [];
    if (isNewer(sightingOfPod(observation), sightingOfPod(stored))) {
      const isAnother = !deleted && pod.uid !== known.uid;
      return this.put(
        { ...next, displaced: deleted ? [state, ...others] : isAnother ? [state] : others },
        'stored',
      );
    }
    const isAsKnown = !stored.deleted && known.uid === pod.uid;
    if (deleted || isAsKnown) return 'older';
    const alive = (other: Pod) => sightingOfPod({ pod: other, deleted: false });
    const isNewerThan = (other: Pod) => isNewer(alive(pod), alive(other));
    if (stored.deleted && state.uid === pod.uid) {
      if (isNewerThan(state))
        this.put({ ...stored, pod: { ...pod, ...identityOf(known) }, displaced: [pod, ...others] });
    } else if (former === undefined || isNewerThan(former))
      this.put({ ...stored, displaced: stored.deleted ? [displaced[0] ?? state, pod] : [pod] });
    return 'older';
  }

  private put<Answer>(record: PodRecord, answer?: Answer): Answer {
    this.items.set(text(keyOf(record.pod)), copy(record));
    return answer as Answer;
  }

  async find(key: PodKey): Promise<PodRecord | undefined> {
    return copy(this.items.get(text(keyOf(key))));
  }

  async addRegistration(key: PodKey, { service, instanceId }: Registration): Promise<void> {
    const others = this.without(key, { service, instanceId });
    this.change(key, { registrations: [...others, { service, instanceId }] });
  }

  async removeRegistration(key: PodKey, registration: Registration): Promise<void> {
    this.change(key, { registrations: this.without(key, registration) });
  }

  async addWait(key: PodKey, wait: PlaceWait): Promise<void> {
    const { waits = [] } = this.existing(key);
    this.change(key, { waits: [...waits.filter((other) => text(other) !== text(wait)), wait] });
  }

  async removeWait(key: PodKey, wait: PlaceWait): Promise<void> {
    const { waits: stored = [], ...rest } = this.existing(key);
    const waits = stored.filter((other) => text(other) !== text(wait));
    this.items.set(text(keyOf(key)), copy({ ...rest, ...(waits.length > 0 && { waits }) }));
  }

  async saveProblems(key: PodKey, problems: readonly Problem[]): Promise<void> {
    this.change(key, { problems });
  }

  async saveGate(key: PodKey, gate: GateNote): Promise<void> {
    this.change(key, { gate });
  }

  /** Nothing expires here: the tests' time is short. */
  async retire(): Promise<void> {}

  async *inRange(cluster: string, from: string, to: string | null): AsyncGenerator<PodRecord> {
    const found = [...this.items.values()].filter(
      ({ pod }) => pod.cluster === cluster && between(objectKey(pod), from, to),
    );
    yield* copy(found.sort((a, b) => bytewise(objectKey(a.pod), objectKey(b.pod))));
  }

  private without(key: PodKey, registration: Registration): readonly Registration[] {
    const id = registrationId(registration);
    return this.existing(key).registrations.filter((known) => registrationId(known) !== id);
  }

  private change(key: PodKey, changes: Partial<PodRecord>): void {
    this.items.set(text(keyOf(key)), copy({ ...this.existing(key), ...changes }));
  }

  private existing(key: PodKey): PodRecord {
    const record = this.items.get(text(keyOf(key)));
    if (record === undefined) throw new ConflictError(`there is no pod ${text(keyOf(key))}`);
    return record;
  }
}

/** The live state of a record, of before where it is deleted; and that of another pod of the name. */
function statesOf({ pod, deleted, displaced = [] }: PodRecord): { state: Pod; former: Pod | undefined } {
  return deleted
    ? { state: displaced[0] ?? pod, former: displaced[1] }
    : { state: pod, former: displaced[0] };
}

function identityOf({
  uid,
  resourceVersion,
  createdAt,
}: Pod): Pick<Pod, 'uid' | 'resourceVersion' | 'createdAt'> {
  return { uid, resourceVersion, createdAt };
}

class MemoryClaims implements ClaimStore {
  readonly items = new Map<string, Claim>();

  async find(service: ServiceKey, instanceId: string): Promise<Claim | undefined> {
    return copy(this.items.get(registrationId({ service, instanceId })));
  }

  async take(
    id: Registration,
    owner: Claim['owner'],
    serviceId: string,
    nowMs: number,
    { attributeKeys }: TakeOptions = {},
  ): Promise<Claim> {
    const current = this.items.get(registrationId(id));
    if (current !== undefined && text(keyOf(current.owner)) !== text(keyOf(owner))) return copy(current);
    return this.save(takenClaim(current, { ...id, owner, serviceId, nowMs, attributeKeys }));
  }

  async apply(claim: Claim, applied: AppliedClaim): Promise<Claim> {
    return this.change(claim, appliedChange(applied));
  }

  async invalidate(claim: Claim, what: 'attributes' | 'all', since: Invalidation = {}): Promise<Claim> {
    return this.change(claim, invalidatedChange(claim, what, since));
  }

  async release(claim: Claim, operationId?: string): Promise<Claim> {
    return this.change(claim, releasedChange(operationId));
  }

  async takeOver(released: Claim, owner: Claim['owner'], serviceId: string, nowMs: number): Promise<Claim> {
    return this.save(takenOverClaim(this.unchangedWithWaiters(released), owner, serviceId, nowMs));
  }

  async remove(claim: Claim): Promise<void> {
    this.items.delete(registrationId(this.unchangedWithWaiters(claim)));
  }

  async wait(claim: Claim, pod: PodKey): Promise<boolean> {
    const current = this.items.get(registrationId(claim));
    if (current === undefined || text(keyOf(current.owner)) !== text(keyOf(claim.owner))) return false;
    const others = current.waiting.filter((other) => text(keyOf(other)) !== text(keyOf(pod)));
    this.save({ ...current, waiting: [...others, keyOf(pod)], waitRevision: current.waitRevision + 1 });
    return true;
  }

  async *ofService(service: ServiceKey): AsyncGenerator<Claim> {
    yield* copy([...this.items.values()].filter((claim) => text(claim.service) === text(service)));
  }

  private change(claim: Claim, { set, removed }: ClaimChange): Claim {
    const changed: Record<string, unknown> = { ...this.unchanged(claim), ...set, version: claim.version + 1 };
    for (const name of removed) delete changed[name];
    return this.save(changed as unknown as Claim);
  }

  private unchanged(claim: Claim): Claim {
    const current = this.items.get(registrationId(claim));
    if (current?.version !== claim.version || text(keyOf(current.owner)) !== text(keyOf(claim.owner)))
      throw new ConflictError('the claim changed');
    return current;
  }

  private unchangedWithWaiters(claim: Claim): Claim {
    const current = this.unchanged(claim);
    if (current.waitRevision !== claim.waitRevision) throw new ConflictError('another pod waits');
    return current;
  }

  private save(claim: Claim): Claim {
    this.items.set(registrationId(claim), copy(claim));
    return copy(claim);
  }
}

class MemoryClusterObjects implements ClusterObjectStore {
  readonly items = new Map<string, StoredObject>();

  async find(cluster: string, object: ObjectReference): Promise<StoredObject | undefined> {
    return copy(this.items.get(meshKey(cluster, object)));
  }

  async replace(cluster: string, next: StoredObject, previous: StoredObject | undefined): Promise<void> {
    const key = meshKey(cluster, next.object);
    if (revisionOf(this.items.get(key)) !== revisionOf(previous)) throw new ConflictError(`${key} changed`);
    this.items.set(key, copy(next));
  }

  async ofKind(cluster: string, kind: string, namespace: string): Promise<readonly ClusterObject[]> {
    const found: ClusterObject[] = [];
    for await (const { object, deleted, fault } of this.inRange(
      cluster,
      kind,
      `${namespace}/`,
      `${namespace}0`,
    ))
      if (!deleted && (fault === undefined || object.spec !== undefined)) found.push(object);
    return found;
  }

  async *inRange(
    cluster: string,
    kind: string,
    from: string,
    to: string | null,
  ): AsyncGenerator<StoredObject> {
    const found = [...this.items.entries()].filter(
      ([key, { object }]) =>
        key.startsWith(`${cluster} `) &&
        object.kind === kind &&
        between(objectKey(object.metadata), from, to),
    );
    yield* copy(found.map(([, item]) => item));
  }
}

class MemoryServices implements ServiceStore {
  readonly known = new Map<string, CloudMapService>();
  readonly ownersByKey = new Map<string, ServiceOwners>();

  async find(key: ServiceKey): Promise<CloudMapService | undefined> {
    const service = this.known.get(text(key));
    return service?.httpName === undefined ? undefined : copy(service);
  }

  async save(key: ServiceKey, service: CloudMapService): Promise<void> {
    if ((await this.find(key))?.id === service.id) return;
    this.known.set(text(key), copy(service));
  }

  async forget(key: ServiceKey): Promise<void> {
    this.known.delete(text(key));
  }

  async markFull(key: ServiceKey, id: string, full: FullService): Promise<void> {
    const known = this.known.get(text(key));
    if (known?.id === id) this.known.set(text(key), copy({ ...known, full }));
  }

  async reopen(key: ServiceKey, full: FullService): Promise<void> {
    const known = this.known.get(text(key));
    if (known?.full === undefined || !isSameFull(known.full, full)) return;
    this.known.set(text(key), copy({ ...known, full: { ...known.full, reopening: true } }));
  }

  async clearFull(key: ServiceKey, full: FullService): Promise<void> {
    const known = this.known.get(text(key));
    if (known?.full === undefined || !isSameFull(known.full, full)) return;
    const { full: _full, ...rest } = known;
    this.known.set(text(key), rest);
  }

  async owners(key: ServiceKey): Promise<ServiceOwners | undefined> {
    return copy(this.ownersByKey.get(text(key)));
  }

  async replaceOwners(
    key: ServiceKey,
    owners: Omit<ServiceOwners, 'version'>,
    previous: ServiceOwners | undefined,
  ): Promise<ServiceOwners> {
    const seen = previous?.version ?? 0;
    if ((this.ownersByKey.get(text(key))?.version ?? 0) !== seen)
      throw new ConflictError('the owners changed');
    const next = copy({ ...owners, version: seen + 1 });
    this.ownersByKey.set(text(key), next);
    return copy(next);
  }

  async *ownedOf(target: string): AsyncGenerator<ServiceKey & ServiceOwners> {
    for (const [key, owners] of this.ownersByKey) {
      const names = JSON.parse(key) as ServiceKey;
      if (names.target === target) yield copy({ ...names, ...owners });
    }
  }
}

function isSameFull(one: FullService, other: FullService): boolean {
  return one.atMs === other.atMs && one.reopening === other.reopening;
}

class MemoryUsedServices implements UsedServiceStore {
  readonly items = new Map<string, UsedService & { readonly cluster: string }>();

  async find(cluster: string, service: ServiceKey): Promise<UsedService | undefined> {
    const item = this.items.get(text([cluster, service]));
    return item && { service: copy(item.service), usedAtMs: item.usedAtMs };
  }

  async save(cluster: string, used: UsedService): Promise<void> {
    this.items.set(text([cluster, used.service]), copy({ ...used, cluster }));
  }

  async *ofCluster(cluster: string): AsyncGenerator<UsedService> {
    for (const { cluster: user, service, usedAtMs } of copy([...this.items.values()]))
      if (user === cluster) yield { service, usedAtMs };
  }

  async remove(cluster: string, { service, usedAtMs }: UsedService): Promise<void> {
    const id = text([cluster, service]);
    if (this.items.get(id)?.usedAtMs === usedAtMs) this.items.delete(id);
  }
}

class MemoryWaitingPods implements WaitingPodStore {
  readonly items = new Map<string, WaitingPod & { readonly service: string }>();

  async find(
    service: ServiceKey,
    pod: Pick<WaitingPod, keyof PodKey | 'createdAt'>,
  ): Promise<WaitingPod | undefined> {
    const item = this.items.get(waitingKey(service, pod));
    return item && waitingPodOf(item);
  }

  async add(service: ServiceKey, pod: WaitingPod): Promise<void> {
    if (!this.items.has(waitingKey(service, pod))) this.save(service, pod);
  }

  async put(service: ServiceKey, pod: WaitingPod): Promise<void> {
    const { wokenAtMs: _wokenAtMs, wokenFor: _wokenFor, ...asleep } = pod;
    this.save(service, asleep);
  }

  async wake(service: ServiceKey, pod: WaitingPod, place: string, nowMs: number): Promise<WaitingPod> {
    this.refuseIfChanged(service, pod);
    const woken = { ...pod, wokenAtMs: nowMs, wokenFor: place };
    this.save(service, woken);
    return woken;
  }

  async remove(service: ServiceKey, pod: WaitingPod): Promise<void> {
    this.refuseIfChanged(service, pod);
    this.items.delete(waitingKey(service, pod));
  }

  async *ofService(service: ServiceKey): AsyncGenerator<WaitingPod> {
    const keys = [...this.items.keys()].filter((key) => this.items.get(key)?.service === text(service));
    for (const key of keys.sort(bytewise)) {
      const item = this.items.get(key);
      if (item !== undefined) yield waitingPodOf(item);
    }
  }

  private refuseIfChanged(service: ServiceKey, pod: WaitingPod): void {
    const item = this.items.get(waitingKey(service, pod));
    if (item === undefined || item.wokenAtMs !== pod.wokenAtMs)
      throw new ConflictError('it was woken, or has gone');
  }

  private save(service: ServiceKey, pod: WaitingPod): void {
    this.items.set(waitingKey(service, pod), copy({ ...pod, service: text(service) }));
  }
}

function waitingKey(service: ServiceKey, pod: Pick<WaitingPod, keyof PodKey | 'createdAt'>): string {
  return `${text(service)} ${pod.createdAt}#${pod.cluster}/${pod.namespace}/${pod.name}`;
}

function waitingPodOf({ service: _service, ...pod }: WaitingPod & { readonly service: string }): WaitingPod {
  return copy(pod);
}

function keyOf({ cluster, namespace, name }: PodKey): PodKey {
  return { cluster, namespace, name };
}

function meshKey(cluster: string, { kind, metadata }: ObjectReference): string {
  return `${cluster} ${kind} ${objectKey(metadata)}`;
}

function revisionOf(item: StoredObject | undefined): string {
  if (item === undefined) return 'absent';
  const { uid, resourceVersion } = item.object.metadata;
  return `${uid}:${resourceVersion}:${item.deleted}:${item.unannounced.length}`;
}
