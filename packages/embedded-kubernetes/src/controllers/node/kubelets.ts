import { at, isEqual, listAt, objectAt, stringAt } from '../../model/json.ts';
import type { KubernetesObject } from '../../model/objects.ts';
import type { ControlPlane } from '../control-plane.ts';
import { addedNode } from './added-node.ts';
import { type IpFamily, Kubelet } from './kubelet.ts';
import { type NodeOptions, nodeLabels, nodeStatus } from './nodes.ts';

/** A kubelet for each node: those that the cluster starts with, and each Node that is created later. */
export class Kubelets {
  readonly #plane: ControlPlane;
  readonly #families: readonly IpFamily[];
  readonly #first: readonly NodeOptions[];
  readonly #byName = new Map<string, Kubelet>();
  /** The nodes that were added, in order: each keeps its addresses when it is created another time. */
  readonly #added: string[] = [];

  constructor(plane: ControlPlane, nodes: readonly NodeOptions[], families: readonly IpFamily[]) {
    this.#plane = plane;
    this.#families = families;
    this.#first = nodes;
    for (const node of nodes) this.#byName.set(node.name, new Kubelet(plane, node, families));
    plane.store.subscribe('nodes', ({ type, object }) => {
      if (type === 'ADDED') setImmediate(() => this.#register(object));
    });
  }

  get byName(): ReadonlyMap<string, Kubelet> {
    return this.#byName;
  }

  #register({ metadata: { name, uid } }: KubernetesObject): void {
    const node = this.#plane.store.get('nodes', `/${name}`);
    if (node?.metadata.uid !== uid || this.#plane.timers.isStopped) return;
    const options = this.#first.find((each) => each.name === name) ?? this.#optionsOf(node);
    if (!options) return;
    if (!this.#byName.has(name)) this.#byName.set(name, new Kubelet(this.#plane, options, this.#families));
    const api = this.#plane.client('kubelet');
    const labels = { ...nodeLabels(name, options.zone), ...node.metadata.labels };
    const labelled = isEqual(labels, node.metadata.labels)
      ? node
      : api.update({ ...node, metadata: { ...node.metadata, labels } });
    const isReady = listAt(node, 'status', 'conditions').some((each) => at(each, 'type') === 'Ready');
    if (!isReady) api.updateStatus(labelled, { ...nodeStatus(options), ...objectAt(node, 'status') });
  }

  #optionsOf(node: KubernetesObject): NodeOptions | undefined {
    const { name, labels = {} } = node.metadata;
    if (!this.#added.includes(name)) this.#added.push(name);
    const options = addedNode(this.#first, this.#added.indexOf(name), name, labels);
    if (!options) {
      const message = 'There are no more addresses for pods of another node; it stays without a kubelet';
      this.#plane.recorder.record(node, 'Warning', 'CIDRNotAvailable', message, 'node-controller');
      return undefined;
    }
    const address = listAt(node, 'status', 'addresses').find((each) => at(each, 'type') === 'InternalIP');
    return { ...options, internalIP: stringAt(address, 'address') || options.internalIP };
  }
}
