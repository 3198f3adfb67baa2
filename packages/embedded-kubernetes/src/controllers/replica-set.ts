import { isObject, numberAt, objectAt, stringAt } from '../model/json.ts';
import { isTerminating, type KubernetesObject } from '../model/objects.ts';
import type { Api } from '../verbs/api.ts';
import { type ControlPlane, WorkQueue } from './control-plane.ts';
import { claim } from './ownership.ts';
import { isActive, isReady, untilAvailableMs } from './pods.ts';
import { affectedOwners } from './workload/affected-owners.ts';
import { createPod } from './workload/create-pod.ts';

const resource = 'replicasets.apps';
const component = 'replicaset-controller';

/** Maintains the pods of each ReplicaSet and their numbers in its status. */
export function startReplicaSetController(plane: ControlPlane): void {
  const api = plane.client('kube-controller-manager');
  const queue = new WorkQueue(plane.timers, (key) => reconcile(plane, api, queue, key));
  plane.store.subscribe(resource, ({ key }) => queue.add(key));
  plane.store.subscribe('pods', (change) => {
    for (const key of affectedOwners(plane.store, { resource, kind: 'ReplicaSet' }, change)) queue.add(key);
  });
}

function reconcile(plane: ControlPlane, api: Api, queue: WorkQueue, key: string): void {
  const set = plane.store.get(resource, key);
  if (!set || isTerminating(set)) return;
  const pods = claim(api, set, plane.store.list('pods', set.metadata.namespace)).filter(isActive);
  const surplus = pods.length - numberAt(set, 'spec', 'replicas');
  const removed = surplus > 0 ? [...pods].sort(byWorth).slice(0, surplus) : [];
  for (const pod of removed) {
    api.delete(pod, { propagationPolicy: 'Background' });
    plane.recorder.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`, component);
  }
  const created = Array.from({ length: Math.max(0, -surplus) }, () =>
    createPod({ plane, api, component }, set, objectAt(set, 'spec', 'template'), {
      generateName: `${set.metadata.name}-`,
    }),
  );
  const kept = pods.filter((pod) => !removed.includes(pod));
  updateStatus(plane, api, queue, key, [...kept, ...created]);
}

/** In deletion order: unscheduled, not running, unready, then the youngest (controller.ActivePods). */
function byWorth(a: KubernetesObject, b: KubernetesObject): number {
  return worth(a) - worth(b) || (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1);
}

function worth(pod: KubernetesObject): number {
  if (stringAt(pod, 'spec', 'nodeName') === '') return 0;
  if (stringAt(pod, 'status', 'phase') !== 'Running') return 1;
  return isReady(pod) ? 3 : 2;
}

function updateStatus(
  plane: ControlPlane,
  api: Api,
  queue: WorkQueue,
  key: string,
  pods: readonly KubernetesObject[],
): void {
  const set = plane.store.get(resource, key);
  if (!set) return;
  const minReadySeconds = numberAt(set, 'spec', 'minReadySeconds');
  const waits = pods.map((pod) => untilAvailableMs(pod, minReadySeconds, Date.now()));
  const next = waits.filter((wait) => wait !== undefined && wait > 0);
  if (next.length > 0) queue.addLater(key, Math.min(...(next as number[])));
  const templateLabels = objectAt(set, 'spec', 'template', 'metadata', 'labels');
  const labelled = pods.filter(({ metadata }) =>
    Object.entries(templateLabels).every(([name, value]) => metadata.labels?.[name] === value),
  );
  const { conditions } = objectAt(set, 'status');
  api.updateStatus(set, {
    replicas: pods.length,
    ...countsOf({
      fullyLabeledReplicas: labelled.length,
      readyReplicas: pods.filter(isReady).length,
      availableReplicas: waits.filter((wait) => wait === 0).length,
    }),
    observedGeneration: set.metadata.generation,
    ...(isObject(conditions) && { conditions }),
  });
}

/** Counts of zero are left out, as Go's omitempty does. */
export function countsOf(counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}
