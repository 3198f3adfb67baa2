import { at, stringAt } from '@eks-mesh-sync/embedded-kubernetes/model/json.ts';
import { controllerOf, type KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { Store } from '@eks-mesh-sync/embedded-kubernetes/storage/store.ts';

/** `ReplicaSet shop/cart-7d4b9c: FailedCreate: …`: what could not make its pods, and made none since. Sorted. */
export function workloadFaults(store: Pick<Store, 'list' | 'resources'>): readonly string[] {
  const failures = store.list('events').filter((event) => event.reason === 'FailedCreate');
  if (failures.length === 0) return [];
  const owners = new Set(store.list('pods').flatMap((pod) => controllerOf(pod)?.uid ?? []));
  const alive = new Set(
    store.resources().flatMap((each) => store.list(each).map(({ metadata }) => metadata.uid)),
  );
  const faults = failures.flatMap((event) => {
    const uid = stringAt(event, 'involvedObject', 'uid');
    return alive.has(uid) && !owners.has(uid) ? [faultText(event)] : [];
  });
  return [...new Set(faults)].sort();
}

function faultText(event: KubernetesObject): string {
  const object = Object(at(event, 'involvedObject')) as Readonly<Record<string, string>>;
  return `${object.kind} ${object.namespace}/${object.name}: ${event.reason}: ${event.message}`;
}
