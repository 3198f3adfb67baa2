import { ConflictError, NotFoundError } from '../../shared/model/errors.ts';
import type { ClusterListed, ClusterObjectChanged, PodChanged } from '../../shared/model/events/event.ts';
import { objectKey } from '../../shared/model/identity.ts';
import type { ClusterObject } from '../../shared/model/kubernetes.ts';
import { objectText } from '../../shared/model/kubernetes-object.ts';
import type { ClusterListing, ListedPod } from '../../shared/ports/sweep-ports.ts';
import { listedEvents, nodeEvent, podEvent } from './events.ts';
import {
  type HostState,
  hostNames,
  hostOf,
  type NodeState,
  nodeIp,
  type PodState,
  steadyNode,
} from './states.ts';

/** A cluster as it is, and the events that its relay sends. */
export class ClusterState {
  readonly pods = new Map<string, PodState>();
  readonly nodes = new Map<string, NodeState>();
  readonly hosts = new Map<string, HostState>();
  /** What was written to the status of virtual nodes, by their uid. */
  readonly statuses = new Map<string, Readonly<Record<string, unknown>>>();
  private version = 100;
  private created = 0;
  /** How far off the clock is that dates what is created. */
  creationOffMs = 0;
  private backup: { pods: PodState[]; nodes: NodeState[]; hosts: HostState[]; version: number } | undefined;
  private listings = 0;
  private readonly nowMs: () => number;

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
    for (const name of hostNames) {
      const resourceVersion = this.next();
      this.hosts.set(name, { name, zone: 'us-west-2a', resourceVersion, zoneVersion: resourceVersion });
    }
    this.nodes.set(steadyNode.name, {
      ...steadyNode,
      uid: 'vn-steady',
      createdAtMs: nowMs(),
      resourceVersion: this.next(),
    });
  }

  createPod(
    name: string,
    ip: string | null,
    color: string,
    annotatedService: string | undefined,
    ready: boolean,
    gated: boolean,
  ): PodChanged | undefined {
    const isTaken = ip !== null && [...this.pods.values()].some((pod) => pod.ip === ip);
    if (this.pods.has(name) || isTaken) return undefined;
    const resourceVersion = this.next();
    const steady = color === steadyNode.color;
    const pod: PodState = {
      name,
      uid: `${name}-${++this.created}`,
      createdAtMs: this.nowMs() + this.creationOffMs,
      ip: ip ?? nodeIp,
      hostNetwork: ip === null,
      steady,
      gated,
      gate: undefined,
      resourceVersion,
      color,
      tier: undefined,
      annotatedService: steady ? undefined : annotatedService,
      ready: steady || ready,
      terminating: false,
    };
    this.pods.set(name, pod);
    return this.podEvent(pod, 'Applied');
  }

  changePod(name: string, change: (pod: PodState) => void): PodChanged | undefined {
    const pod = this.pods.get(name);
    if (pod === undefined || pod.steady) return undefined;
    change(pod);
    pod.resourceVersion = this.next();
    return this.podEvent(pod, 'Applied');
  }

  /** As the API server does; returns the event that the relay sends of it. */
  setGate(name: string, uid: string, status: string): PodChanged {
    const pod = this.pods.get(name);
    if (pod === undefined) throw new NotFoundError('object', `pods "${name}" not found`);
    if (pod.uid !== uid) throw new ConflictError(`pod ${name} has uid ${pod.uid}, not ${uid}`);
    pod.gate = status;
    pod.resourceVersion = this.next();
    return this.podEvent(pod, 'Applied');
  }

  /** The zone label of a node changes; without one, it is a heartbeat. The relay sends its pods as they are. */
  changeHost(name: string, zone: string | undefined): PodChanged[] {
    const host = this.host(name);
    host.resourceVersion = this.next();
    if (zone === undefined || zone === host.zone) return [];
    host.zone = zone;
    host.zoneVersion = host.resourceVersion;
    const pods = [...this.pods.values()].filter((pod) => hostOf(pod.name) === name);
    return pods.map((pod) => this.podEvent(pod, 'Applied'));
  }

  private host(name: string): HostState {
    const host = this.hosts.get(name);
    if (host === undefined) throw new Error(`there is no node ${name}`);
    return host;
  }

  deletePod(name: string): PodChanged | undefined {
    const pod = this.pods.get(name);
    if (pod === undefined) return undefined;
    this.pods.delete(name);
    pod.resourceVersion = this.next();
    return this.podEvent(pod, 'Deleted');
  }

  setNode(name: string, color: string, service: string): ClusterObjectChanged {
    const node = this.nodes.get(name);
    const resourceVersion = this.next();
    const uid = node?.uid ?? `${name}-${++this.created}`;
    const createdAtMs = node?.createdAtMs ?? this.nowMs() + this.creationOffMs;
    const next = { name, uid, createdAtMs, resourceVersion, color, service };
    this.nodes.set(name, next);
    return nodeEvent(next, 'Applied');
  }

  deleteNode(name: string): ClusterObjectChanged | undefined {
    const node = this.nodes.get(name);
    if (node === undefined || name === steadyNode.name) return undefined;
    this.nodes.delete(name);
    return nodeEvent({ ...node, resourceVersion: this.next() }, 'Deleted');
  }

  /** As the API server does. */
  setStatus(name: string, uid: string, status: Readonly<Record<string, unknown>>): void {
    const node = this.nodes.get(name);
    if (node === undefined) throw new NotFoundError('object', `virtualnodes "${name}" not found`);
    if (node.uid !== uid) throw new ConflictError(`virtual node ${name} has uid ${node.uid}, not ${uid}`);
    this.statuses.set(uid, { ...this.statuses.get(uid), ...status });
  }

  /** A backup of all there is; a restore of it, with the versions of then; or versions from the beginning. */
  etcd(what: 'backup' | 'restore' | 'new versions'): void {
    if (what === 'backup')
      this.backup = structuredClone({
        pods: [...this.pods.values()],
        nodes: [...this.nodes.values()],
        hosts: [...this.hosts.values()],
        version: this.version,
      });
    if (what === 'restore' && this.backup !== undefined) {
      const { pods, nodes, hosts, version } = structuredClone(this.backup);
      this.replaceAll(pods, nodes);
      for (const host of hosts) this.hosts.set(host.name, host);
      this.version = version;
    }
    if (what !== 'new versions') return;
    this.version = 1;
    for (const each of [...this.hosts.values(), ...this.pods.values(), ...this.nodes.values()])
      each.resourceVersion = this.next();
    this.seeHosts();
  }

  private replaceAll(pods: readonly PodState[], nodes: readonly NodeState[]): void {
    this.pods.clear();
    this.nodes.clear();
    for (const pod of pods) this.pods.set(pod.name, pod);
    for (const node of nodes) this.nodes.set(node.name, node);
  }

  /** What the API server answers to who lists everything. */
  snapshot(): ClusterListing {
    const pods = new Map<string, ListedPod>();
    for (const pod of this.pods.values()) {
      const { pod: object, node } = this.podEvent(pod, 'Applied');
      const resourceVersion = String(this.host(hostOf(pod.name)).resourceVersion);
      pods.set(objectKey(object.metadata), { object, node: node && { ...node, resourceVersion } });
    }
    const objects = [...this.nodes.values()].map((node) => nodeEvent(node, 'Applied').object);
    const statuses = new Map(
      objects.map((object) => {
        const { uid } = object.metadata;
        return [objectText(object), { uid, status: this.statuses.get(uid) ?? {} }];
      }),
    );
    return { resourceVersion: String(this.next()), pods, objects, statuses, absentKinds: [], laterKinds: [] };
  }

  /** A relay that starts receives all zones at the current versions of the nodes. */
  private seeHosts(): void {
    for (const host of this.hosts.values()) host.zoneVersion = host.resourceVersion;
  }

  /** What a relay sends after it has listed everything. */
  listing(): (PodChanged | ClusterObjectChanged | ClusterListed)[] {
    this.seeHosts();
    const resourceVersion = String(this.next());
    const pods = [...this.pods.values()].map((pod) => this.podEvent(pod, 'Applied'));
    const nodes = [...this.nodes.values()].map((node) => nodeEvent(node, 'Applied'));
    return [
      ...nodes,
      ...pods,
      ...this.listed(
        'VirtualNode',
        resourceVersion,
        nodes.map(({ object }) => object),
      ),
      ...this.listed(
        'Pod',
        resourceVersion,
        pods.map(({ pod }) => pod),
      ),
    ];
  }

  private listed(
    kind: string,
    resourceVersion: string,
    objects: readonly Pick<ClusterObject, 'metadata'>[],
  ): ClusterListed[] {
    const id = `listing-${this.listings++}`;
    const takenAt = new Date(this.nowMs()).toISOString();
    return listedEvents({ id, kind, resourceVersion, takenAt }, objects);
  }

  podEvent(pod: PodState, change: 'Applied' | 'Deleted'): PodChanged {
    const { name, zone, zoneVersion } = this.host(hostOf(pod.name));
    const node = { name, region: 'us-west-2', zone, resourceVersion: String(zoneVersion) };
    return podEvent(pod, change, node);
  }

  private next(): number {
    this.version += 1;
    return this.version;
  }
}
