import { at, isObject, listAt, objectAt, stringAt } from '../../model/json.ts';
import { isTerminating, type KubernetesObject, keyOf } from '../../model/objects.ts';
import type { Api } from '../../verbs/api.ts';
import { timestamp } from '../../verbs/api-context.ts';
import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import { matchesNode } from './node-affinity.ts';
import { untolerated } from './taints.ts';

const component = 'default-scheduler';

/**
 * Assigns each pod to the node with the fewest pods among those that match its nodeSelector and its required node
 * affinity, and whose taints it tolerates. Ignores resources, host ports, topology spread and affinity to pods.
 */
export class Scheduler {
  readonly #plane: ControlPlane;
  readonly #api: Api;
  readonly #queue: WorkQueue;
  /** The number of pods on each node. */
  readonly #load = new Map<string, number>();

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    this.#api = plane.client('kube-scheduler');
    this.#queue = new WorkQueue(plane.timers, (key) => this.#schedule(key));
    plane.store.subscribe('pods', ({ key, object, previous, type }) => {
      this.#count(nodeOf(previous), -1);
      if (type !== 'DELETED') this.#count(nodeOf(object), 1);
      if (type !== 'DELETED' && nodeOf(object) === '') this.#queue.add(key);
    });
    plane.store.subscribe('nodes', () => {
      for (const pod of plane.store.list('pods')) if (nodeOf(pod) === '') this.#queue.add(keyOf(pod));
    });
  }

  #count(node: string, by: number): void {
    if (node !== '') this.#load.set(node, (this.#load.get(node) ?? 0) + by);
  }

  #schedule(key: string): void {
    const pod = this.#plane.store.get('pods', key);
    if (!pod || nodeOf(pod) !== '' || isTerminating(pod)) return;
    if (listAt(pod, 'spec', 'schedulingGates').length > 0) return;
    const nodes = this.#plane.store.list('nodes').filter((node) => fits(pod, node));
    const [best] = nodes.sort((a, b) => this.#loadOf(a) - this.#loadOf(b));
    if (best) this.#bind(pod, best.metadata.name);
    else this.#refuse(pod);
  }

  #loadOf(node: KubernetesObject): number {
    return this.#load.get(node.metadata.name) ?? 0;
  }

  /** Like the binding subresource: the only way to set a pod's node, although its spec is immutable. */
  #bind(pod: KubernetesObject, nodeName: string): void {
    this.#plane.store.put('pods', {
      ...pod,
      spec: { ...objectAt(pod, 'spec'), nodeName },
      status: withScheduled(pod, { status: 'True' }),
    });
    const message = `Successfully assigned ${pod.metadata.namespace}/${pod.metadata.name} to ${nodeName}`;
    this.#plane.recorder.record(pod, 'Normal', 'Scheduled', message, component);
  }

  #refuse(pod: KubernetesObject): void {
    const isKnown = listAt(pod, 'status', 'conditions').some(
      (each) => at(each, 'reason') === 'Unschedulable',
    );
    if (isKnown) return;
    const message = `0/${this.#plane.store.count('nodes')} nodes are available: none matches the pod's nodeSelector and affinity and has only taints that it tolerates`;
    this.#api.updateStatus(pod, withScheduled(pod, { status: 'False', reason: 'Unschedulable', message }));
    this.#plane.recorder.record(pod, 'Warning', 'FailedScheduling', message, component);
  }
}

function nodeOf(pod: KubernetesObject | undefined): string {
  return stringAt(pod, 'spec', 'nodeName');
}

function fits(pod: KubernetesObject, node: KubernetesObject): boolean {
  if (isTerminating(node) || untolerated(pod.spec, node, ['NoSchedule', 'NoExecute'])) return false;
  return matchesNode(pod.spec, node);
}

function withScheduled(
  pod: KubernetesObject,
  condition: { status: string; reason?: string; message?: string },
) {
  const others = listAt(pod, 'status', 'conditions').filter(
    (each) => isObject(each) && each.type !== 'PodScheduled',
  );
  const scheduled = {
    type: 'PodScheduled',
    ...condition,
    lastProbeTime: null,
    lastTransitionTime: timestamp(),
  };
  return { ...objectAt(pod, 'status'), conditions: [...others, scheduled] };
}
