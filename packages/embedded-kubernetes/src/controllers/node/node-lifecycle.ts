import { at, isObject, listAt, numberAt, objectAt, stringAt } from '../../model/json.ts';
import { isTerminating, type JsonObject, type KubernetesObject, keyOf } from '../../model/objects.ts';
import type { Change } from '../../storage/store.ts';
import type { Api } from '../../verbs/api.ts';
import { timestamp } from '../../verbs/api-context.ts';
import type { ControlPlane } from '../control-plane.ts';
import { isSilent } from './nodes.ts';

const component = 'node-controller';
const unreachable = 'node.kubernetes.io/unreachable';

/**
 * Handles nodes without heartbeats like kube-controller-manager (node lifecycle controller, taint eviction
 * controller, pod garbage collector):
 *   after a grace period   the node's Ready is Unknown, the node is tainted, and Ready of its pods is set to False; no
 *                          other condition of theirs is touched, nor the reason of this one
 *   after the toleration   each pod is deleted; it stays Terminating, as no kubelet ends it
 *   the node is deleted    its pods are, by force
 */
export class NodeLifecycle {
  readonly #plane: ControlPlane;
  readonly #api: Api;
  /** For each node without heartbeats, the functions that cancel its timers. */
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    this.#api = plane.client('kube-controller-manager');
    plane.store.subscribe('nodes', (change) => setImmediate(() => this.#observe(change)));
  }

  #observe({ object, type }: Change): void {
    const { name } = object.metadata;
    const node = this.#plane.store.get('nodes', `/${name}`);
    if (type === 'DELETED') this.#later(name, () => this.#collect(name));
    else if (node && isSilent(node) && !this.#waiting.has(name)) this.#later(name, () => this.#lose(name));
    else if (node && !isSilent(node) && this.#waiting.has(name)) this.#find(node);
  }

  #later(name: string, action: () => void, delayMs = this.#plane.timings.nodeGraceMs): void {
    const timers = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, [...timers, this.#plane.timers.later(delayMs, action)]);
  }

  #lose(name: string): void {
    const node = this.#plane.store.get('nodes', `/${name}`);
    if (!node) return;
    const lost = {
      status: 'Unknown',
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    };
    this.#update(node, lost, ['NoSchedule', 'NoExecute']);
    this.#plane.recorder.record(
      node,
      'Normal',
      'NodeNotReady',
      `Node ${name} status is now: NodeNotReady`,
      component,
    );
    for (const pod of this.#podsOn(name)) {
      this.#markNotReady(pod);
      const delayMs = tolerationMs(pod, this.#plane.timings.evictionMs);
      if (delayMs !== undefined) this.#later(name, () => this.#evict(pod), delayMs);
    }
  }

  /** The kubelet posts its status again. */
  #find(node: KubernetesObject): void {
    for (const cancel of this.#waiting.get(node.metadata.name) ?? []) cancel();
    this.#waiting.delete(node.metadata.name);
    const ready = { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' };
    this.#update(node, ready, []);
  }

  #update(node: KubernetesObject, ready: JsonObject, effects: readonly string[]): void {
    const conditions = listAt(node, 'status', 'conditions').map((each) =>
      at(each, 'type') === 'Ready' && isObject(each)
        ? { ...each, ...ready, lastTransitionTime: timestamp() }
        : each,
    );
    const others = listAt(node, 'spec', 'taints').filter((each) => at(each, 'key') !== unreachable);
    const taints = [
      ...others,
      ...effects.map((effect) => ({ key: unreachable, effect, timeAdded: timestamp() })),
    ];
    this.#plane.store.put('nodes', {
      ...node,
      spec: { ...objectAt(node, 'spec'), taints },
      status: { ...objectAt(node, 'status'), conditions },
    });
  }

  #markNotReady(pod: KubernetesObject): void {
    const conditions = listAt(pod, 'status', 'conditions').map((each) =>
      at(each, 'type') === 'Ready' && at(each, 'status') !== 'False' && isObject(each)
        ? { ...each, status: 'False', lastTransitionTime: timestamp() }
        : each,
    );
    this.#api.updateStatus(pod, { ...objectAt(pod, 'status'), conditions });
  }

  #evict(pod: KubernetesObject): void {
    const current = this.#plane.store.get('pods', keyOf(pod));
    if (current?.metadata.uid === pod.metadata.uid && !isTerminating(current)) this.#api.delete(current, {});
  }

  #collect(name: string): void {
    this.#waiting.delete(name);
    if (this.#plane.store.get('nodes', `/${name}`)) return;
    for (const pod of this.#podsOn(name)) this.#api.delete(pod, { gracePeriodSeconds: 0 });
  }

  #podsOn(name: string): readonly KubernetesObject[] {
    return [...this.#plane.store.list('pods')].filter((pod) => stringAt(pod, 'spec', 'nodeName') === name);
  }
}

/** How long a pod stays on a lost node; undefined for ever. */
function tolerationMs(pod: KubernetesObject, usualMs: number): number | undefined {
  const own = listAt(pod, 'spec', 'tolerations').find(
    (each) => at(each, 'key') === unreachable || at(each, 'operator') === 'Exists',
  );
  if (own === undefined) return usualMs;
  return at(own, 'tolerationSeconds') === undefined ? undefined : numberAt(own, 'tolerationSeconds') * 1000;
}
