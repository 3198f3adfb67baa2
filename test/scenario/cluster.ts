import { ConflictError, NotFoundError } from '../../shared/model/errors.ts';
import {
  type ClusterListed,
  type ClusterObjectChanged,
  detailTypes,
  eventVersion,
  type PodChanged,
} from '../../shared/model/events/event.ts';
import { objectKey, podGroup } from '../../shared/model/identity.ts';
import type { ClusterObject, NodePlace } from '../../shared/model/kubernetes.ts';
import { type LiveStatus, objectText } from '../../shared/model/kubernetes-object.ts';
import type { StatusWriter } from '../../shared/ports/mesh-ports.ts';
import type { NewCondition, PodStatus } from '../../shared/ports/ports.ts';
import type { ClusterListing, ListedPod } from '../../shared/ports/sweep-ports.ts';
import { objectOf, podOf } from './cluster-objects.ts';
import {
  descriptions,
  type Kind,
  kubernetesKinds,
  type PodDescription,
  parseReference,
  referenceOf,
  type Thing,
} from './description.ts';

type Change = PodChanged | ClusterObjectChanged;

/** A cluster as it is, and the events that its relay sends. */
export class ScenarioCluster {
  readonly name: string;
  /** The name with which its relay was started. */
  spokenName: string;
  /** How far off the clock is that dates what is created. */
  creationOffMs = 0;
  private readonly nowMs: () => number;
  /** By the pod's reference: conditions that were set in its status, and how often one was. */
  readonly conditions = new Map<string, NewCondition>();
  patches = 0;
  /** By the object's reference: what was written to the status of mesh objects. */
  readonly statuses = new Map<string, Readonly<Record<string, unknown>>>();
  private readonly things = new Map<string, Thing>();
  /** Kinds that its API server does not serve. */
  private unserved: ReadonlySet<Kind> = new Set();
  private version = 1000;
  private node: NodePlace = {
    name: 'node-1',
    region: 'us-west-2',
    zone: 'us-west-2a',
    resourceVersion: String(this.version),
  };
  private created = 0;
  private listings = 0;
  private bornAt: string | undefined = '2026-11-20T08:00:00Z';
  private backup:
    | {
        readonly things: ReadonlyMap<string, Thing>;
        readonly statuses: ScenarioCluster['statuses'];
        readonly node: NodePlace;
        readonly version: number;
      }
    | undefined;

  constructor(name: string, nowMs: () => number) {
    this.name = name;
    this.spokenName = name;
    this.nowMs = nowMs;
  }

  /** `pod/front-1` (in namespace shop), `pod/blue/front-1`, `mesh/shop`. */
  apply(reference: string, changes: unknown): Change {
    const { kind, namespace, name } = parseReference(reference);
    const known = this.things.get(reference);
    const thing: Thing = {
      kind,
      namespace,
      name,
      uid: known?.uid ?? `${name}-uid-${++this.created}`,
      createdAt: known?.createdAt ?? this.now(),
      resourceVersion: ++this.version,
      description: descriptions[kind].parse({ ...(known?.description ?? {}), ...(changes ?? {}) }),
    };
    this.things.set(reference, thing);
    return this.eventOf(thing, 'Applied');
  }

  delete(reference: string): Change {
    const thing = this.things.get(reference);
    if (thing === undefined) throw new Error(`${reference} cannot be deleted: it is not there`);
    this.things.delete(reference);
    this.statuses.delete(reference);
    return this.eventOf({ ...thing, resourceVersion: ++this.version }, 'Deleted');
  }

  /** As its API server does; `report` is the relay, which sends an event for each change. Returns the resourceVersion. */
  setCondition(
    ...[{ namespace, name, uid }, condition, report]: [
      ...Parameters<PodStatus['setCondition']>,
      (event: Change) => void,
    ]
  ): string {
    const reference = namespace === 'shop' ? `pod/${name}` : `pod/${namespace}/${name}`;
    const thing = this.things.get(reference);
    if (thing === undefined) throw new NotFoundError('object', `pods "${name}" not found`);
    if (thing.uid !== uid) throw new ConflictError(`pod ${name} has uid ${thing.uid}, not ${uid}`);
    const { gates = {} } = thing.description as PodDescription;
    this.patches += 1;
    this.conditions.set(reference, { ...this.conditions.get(reference), ...condition });
    const isSame = gates[condition.type] === condition.status;
    if (isSame !== (condition.lastTransitionTime === undefined))
      throw new Error(
        `pod ${name}: a condition has a time of transition if, and only if, its status changes`,
      );
    const event = this.apply(reference, { gates: { ...gates, [condition.type]: condition.status } });
    if (!isSame) report(event);
    return String(this.version);
  }

  /** As its API server does. A relay sends no event for a status. */
  setStatus(...[{ kind, namespace, name, uid }, status]: Parameters<StatusWriter['write']>): void {
    const reference = referenceOf({ kind, namespace, name });
    const thing = this.things.get(reference);
    if (thing === undefined) throw new NotFoundError('object', `${kind} "${name}" not found`);
    if (thing.uid !== uid) throw new ConflictError(`${kind} ${name} has uid ${thing.uid}, not ${uid}`);
    this.statuses.set(reference, { ...this.statuses.get(reference), ...status });
  }

  /** A new cluster of the same name: nothing in it, and resourceVersions from the beginning. A relay may not know when. */
  rebuild(isBirthKnown: boolean): void {
    this.things.clear();
    this.statuses.clear();
    this.version = 1;
    this.node = { ...this.node, resourceVersion: String(++this.version) };
    this.bornAt = isBirthKnown ? this.now() : undefined;
  }

  /** Backs up all there is; restores it; or gives all there is versions from the beginning. */
  etcd(what: 'backup' | 'restore' | 'new versions'): void {
    if (what === 'backup')
      this.backup = {
        ...{ things: new Map(this.things), statuses: new Map(this.statuses) },
        ...{ node: this.node, version: this.version },
      };
    if (what === 'restore') {
      if (this.backup === undefined) throw new Error('etcd cannot be restored: there is no backup');
      this.version = this.backup.version;
      this.node = this.backup.node;
      this.things.clear();
      for (const [reference, thing] of this.backup.things) this.things.set(reference, thing);
      this.statuses.clear();
      for (const [reference, status] of this.backup.statuses) this.statuses.set(reference, status);
    }
    if (what !== 'new versions') return;
    this.version = 1;
    this.node = { ...this.node, resourceVersion: String(++this.version) };
    for (const [reference, thing] of this.things)
      this.things.set(reference, { ...thing, resourceVersion: ++this.version });
  }

  /** What a relay sends when it has listed a kind: every object, and the listing in parts that begin at these keys. */
  relist(kind: Kind, bounds: readonly string[] = []): (Change | ClusterListed)[] {
    const things = [...this.things.values()].filter((thing) => thing.kind === kind);
    const edges = ['', ...bounds, null];
    const listings = edges.slice(1).map((to, index) => {
      const from = edges[index] ?? '';
      const within = (key: string) => key >= from && (to === null || key < to);
      return this.listedEvent(kind, {
        id: `listing-${kind}-${this.version}-${++this.listings}`,
        part: index + 1,
        parts: edges.length - 1,
        from,
        to,
        objects: things
          .map((thing) => ({ key: objectKey(thing), uid: thing.uid }))
          .filter(({ key }) => within(key)),
      });
    });
    return [...things.map((thing) => this.eventOf(thing, 'Applied')), ...listings];
  }

  /** The zone label of node-1 changes, and nothing of its pods. What the relay sends of them. */
  moveNode(zone: string): Change[] {
    this.node = { ...this.node, zone, resourceVersion: String(++this.version) };
    const pods = [...this.things.values()].filter(({ kind }) => kind === 'pod');
    return pods.map((thing) => this.eventOf(thing, 'Applied'));
  }

  /** Its API server serves all but these kinds. What the relay reports of them. */
  serveWithout(kinds: readonly Kind[]): ClusterListed[] {
    this.unserved = new Set(kinds);
    const whole = { part: 1, parts: 1, from: '', to: null, objects: [] };
    return kinds.map((kind) =>
      this.listed({
        ...{ id: `absent-${kind}-${++this.listings}`, kind: kubernetesKinds[kind] },
        ...{ absent: true, resourceVersion: '0', ...whole },
      }),
    );
  }

  /** What its API server answers to who lists everything. */
  listing(): ClusterListing {
    const pods = new Map<string, ListedPod>();
    const objects: ClusterObject[] = [];
    const statuses = new Map<string, LiveStatus>();
    for (const thing of this.things.values()) {
      if (this.unserved.has(thing.kind)) continue;
      const event = this.eventOf(thing, 'Applied');
      if (event.type === detailTypes.podChanged)
        pods.set(objectKey(event.pod.metadata), { object: event.pod, node: event.node });
      else {
        objects.push(event.object);
        const status = this.statuses.get(referenceOf(thing)) ?? {};
        statuses.set(objectText(event.object), { uid: thing.uid, status });
      }
    }
    const absentKinds = [...this.unserved].map((kind) => kubernetesKinds[kind]);
    return { resourceVersion: String(this.version), pods, objects, statuses, absentKinds, laterKinds: [] };
  }

  private listedEvent(
    kind: Kind,
    part: Omit<ClusterListed['listing'], 'kind' | 'resourceVersion' | 'clusterCreatedAt'>,
  ): ClusterListed {
    return this.listed({
      kind: kubernetesKinds[kind],
      resourceVersion: String(this.version),
      ...(this.bornAt && { clusterCreatedAt: this.bornAt }),
      takenAt: new Date(this.nowMs()).toISOString(),
      ...part,
    });
  }

  private listed(listing: ClusterListed['listing']): ClusterListed {
    const [group, cluster] = [this.spokenName, this.spokenName];
    return { type: detailTypes.clusterListed, version: eventVersion, group, cluster, listing };
  }

  private eventOf(thing: Thing, change: 'Applied' | 'Deleted'): Change {
    const common = { version: eventVersion, cluster: this.spokenName, change } as const;
    if (thing.kind !== 'pod')
      return {
        ...common,
        type: detailTypes.clusterObjectChanged,
        group: this.spokenName,
        object: objectOf(thing),
      };
    const { namespace = '', name } = thing;
    return {
      ...common,
      type: detailTypes.podChanged,
      group: podGroup({ cluster: this.spokenName, namespace, name }),
      pod: podOf(thing, thing.description as PodDescription),
      node: (thing.description as PodDescription).node ?? this.node,
    };
  }

  private now(): string {
    return new Date(this.nowMs() + this.creationOffMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
  }
}
