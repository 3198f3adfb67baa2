import { nodePlaceOf } from '../../shared/adapters/kubernetes/node-place.ts';
import type { KubernetesObject } from '../../shared/adapters/kubernetes/resources.ts';
import type { NodePlace } from '../../shared/model/kubernetes.ts';
import type { RelayMetrics } from '../metrics.ts';
import type { Handler } from './reflector.ts';

/**
 * The topology of each node, for the pods' events, with the version of the node at which it was first seen: a node's
 * heartbeat raises its version, and must not make its pods' events differ. The topology may become known only after a
 * pod on the node was sent (labels set late, nodes listed late): then `onChanged` is called with the node's name.
 */
export class NodePlaces implements Handler<KubernetesObject> {
  readonly #places = new Map<string, NodePlace>();
  /** Nodes that were requested before they were known. */
  readonly #wanted = new Set<string>();
  /** Nodes of the listing in progress. */
  #seen = new Set<string>();
  readonly #onChanged: (nodeName: string) => void;
  readonly #metrics: RelayMetrics;

  constructor(metrics: RelayMetrics, onChanged: (nodeName: string) => void) {
    this.#metrics = metrics;
    this.#onChanged = onChanged;
  }

  placeOf(nodeName: string): NodePlace | undefined {
    const place = this.#places.get(nodeName);
    if (!place) this.#wanted.add(nodeName);
    return place;
  }

  listing(): void {
    this.#seen = new Set();
  }

  applied(node: KubernetesObject, source: 'listing' | 'watch'): void {
    const place = nodePlaceOf(node);
    const { name } = place;
    if (source === 'listing') this.#seen.add(name);
    const before = this.#places.get(name);
    const wasWanted = this.#wanted.delete(name);
    if (before !== undefined && before.region === place.region && before.zone === place.zone) return;
    this.#places.set(name, place);
    this.#count();
    if (before !== undefined || wasWanted) this.#onChanged(name);
  }

  deleted({ metadata: { name } }: KubernetesObject): void {
    this.#places.delete(name);
    this.#wanted.delete(name);
    this.#count();
  }

  listed(): void {
    for (const name of this.#places.keys()) if (!this.#seen.has(name)) this.#places.delete(name);
    this.#seen.clear();
    this.#count();
  }

  /** No events are sent for nodes. */
  confirmed(): void {}

  /** Every API server has nodes. */
  absent(): void {}

  #count(): void {
    this.#metrics.objects.set({ kind: 'Node' }, this.#places.size);
  }
}
