import { ConflictError, NotFoundError } from '../../shared/model/errors.ts';
import {
  type ClusterListed,
  type ClusterObjectChanged,
  detailTypes,
  eventVersion,
  type PodChanged,
} from '../../shared/model/events/event.ts';
import { objectKey, podGroup } from '../../shared/model/identity.ts';
import {
  type ClusterObject,
  cloudMapReadinessGate,
  type NodePlace,
  type PodObject,
} from '../../shared/model/kubernetes.ts';
import type { ClusterListing, ListedPod } from '../../shared/ports/sweep-ports.ts';

export const clusterName = 'local';
export const namespace = 'shop';
export const nodeIp = '10.0.9.9';
export const cloudMapNamespace = 'shop.local';

export interface PodState {
  readonly name: string;
  readonly uid: string;
  readonly createdAtMs: number;
  readonly ip: string;
  readonly hostNetwork: boolean;
  /** Never changed until it is deleted, and selected by the one virtual node that never changes. */
  readonly steady: boolean;
  /** Whether it declares our readiness gate, and what the gate's condition says. */
  readonly gated: boolean;
  gate: string | undefined;
  resourceVersion: number;
  color: string;
  /** A label that comes and goes. */
  tier: 'gold' | undefined;
  annotatedService: string | undefined;
  ready: boolean;
  terminating: boolean;
}

export interface NodeState {
  readonly name: string;
  readonly uid: string;
  readonly createdAtMs: number;
  resourceVersion: number;
  color: string;
  service: string;
}

/** A Kubernetes node. */
export interface HostState {
  readonly name: string;
  zone: string;
  /** Raised by every heartbeat. */
  resourceVersion: number;
  /** The version at which the relay first saw the zone. */
  zoneVersion: number;
}

export const hostNames = ['node-1', 'node-2'] as const;

/** The node of a pod, by its name. */
export function hostOf(podName: string): (typeof hostNames)[number] {
  return podName === 'p1' || podName === 'p3' ? 'node-2' : 'node-1';
}

export const steadyNode = { name: 'steady', color: 'steady', service: 'steady' };

/** A cluster as it is, and the events that tell of its changes. */
export class ClusterState {
  readonly pods = new Map<string, PodState>();
  readonly nodes = new Map<string, NodeState>();
  readonly hosts = new Map<string, HostState>();
  /** What virtual nodes were told, by their uid. */
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

  /** As the API server does; answers the event that tells of it. */
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
    return { resourceVersion: String(this.next()), pods, objects, absentKinds: [], laterKinds: [] };
  }

  /** A relay that starts sees all zones at the nodes' versions of now. */
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

  /** Two parts, so that ranges are put to the test. */
  private listed(
    kind: string,
    resourceVersion: string,
    objects: readonly Pick<ClusterObject, 'metadata'>[],
  ): ClusterListed[] {
    const id = `listing-${this.listings++}`;
    const all = objects
      .map(({ metadata }) => ({ key: objectKey(metadata), uid: metadata.uid }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    const middle = all[Math.floor(all.length / 2)]?.key ?? 'm';
    const part = (number: number, from: string, to: string | null): ClusterListed => ({
      type: detailTypes.clusterListed,
      version: eventVersion,
      group: clusterName,
      cluster: clusterName,
      listing: {
        id,
        kind,
        resourceVersion,
        takenAt: new Date(this.nowMs()).toISOString(),
        part: number,
        parts: 2,
        from,
        to,
        objects: all.filter(({ key }) => key >= from && (to === null || key < to)),
      },
    });
    return [part(1, '', middle), part(2, middle, null)];
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

function podEvent(pod: PodState, change: 'Applied' | 'Deleted', node: NodePlace): PodChanged {
  const key = { cluster: clusterName, namespace, name: pod.name };
  const status = pod.ready ? 'True' : 'False';
  const object: PodObject = {
    metadata: {
      namespace,
      name: pod.name,
      uid: pod.uid,
      resourceVersion: String(pod.resourceVersion),
      creationTimestamp: rfc3339(pod.createdAtMs),
      ...(pod.terminating && { deletionTimestamp: rfc3339(pod.createdAtMs) }),
      labels: { color: pod.color, app: pod.name, ...(pod.tier && { tier: pod.tier }) },
      ...(pod.annotatedService && {
        annotations: {
          'eks-mesh-sync/cloud-map-namespace': cloudMapNamespace,
          'eks-mesh-sync/cloud-map-service': pod.annotatedService,
        },
      }),
    },
    spec: {
      nodeName: node.name,
      hostNetwork: pod.hostNetwork,
      ...(pod.gated && { readinessGates: [{ conditionType: cloudMapReadinessGate }] }),
    },
    status: {
      phase: 'Running',
      podIPs: [{ ip: pod.ip }],
      conditions: [
        { type: 'Ready', status },
        { type: 'ContainersReady', status },
        ...(pod.gate ? [{ type: cloudMapReadinessGate, status: pod.gate }] : []),
      ],
    },
  };
  return {
    type: detailTypes.podChanged,
    version: eventVersion,
    group: podGroup(key),
    cluster: clusterName,
    change,
    pod: object,
    node,
  };
}

function nodeEvent(node: NodeState, change: 'Applied' | 'Deleted'): ClusterObjectChanged {
  return {
    type: detailTypes.clusterObjectChanged,
    version: eventVersion,
    group: clusterName,
    cluster: clusterName,
    change,
    object: {
      apiVersion: 'appmesh.k8s.aws/v1beta2',
      kind: 'VirtualNode',
      metadata: {
        namespace,
        name: node.name,
        uid: node.uid,
        resourceVersion: String(node.resourceVersion),
        creationTimestamp: rfc3339(node.createdAtMs),
      },
      spec: {
        podSelector: { matchLabels: { color: node.color } },
        serviceDiscovery: { awsCloudMap: { namespaceName: cloudMapNamespace, serviceName: node.service } },
      },
    },
  };
}

function rfc3339(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
