import { resourceOf } from '../kinds/kind.ts';
import { objectAt } from '../model/json.ts';
import { isTerminating, keyOf } from '../model/objects.ts';
import type { Api } from '../verbs/api.ts';
import { type ControlPlane, WorkQueue } from './control-plane.ts';

/** Gives each namespace its default ServiceAccount, and empties and removes those that are deleted. */
export function startNamespaceController(plane: ControlPlane): void {
  const api = plane.client('kube-controller-manager');
  const queue = new WorkQueue(plane.timers, (key) => reconcile(plane, api, key));
  /** Namespaces whose contents may go, by uid. */
  const draining = new Set<string>();
  plane.store.subscribe('namespaces', ({ type, key, object, previous }) => {
    const { uid } = object.metadata;
    if (type === 'DELETED') draining.delete(uid);
    else if (!isTerminating(object)) queue.add(key);
    else if (!previous || !isTerminating(previous))
      plane.timers.later(plane.timings.namespaceDrainMs, () => {
        draining.add(uid);
        queue.add(key);
      });
  });
  plane.store.subscribe(undefined, ({ type, object }) => {
    const { namespace } = object.metadata;
    const owner = namespace === undefined ? undefined : plane.store.get('namespaces', `/${namespace}`);
    if (type === 'DELETED' && owner && draining.has(owner.metadata.uid)) queue.add(keyOf(owner));
  });
}

function reconcile(plane: ControlPlane, api: Api, key: string): void {
  const namespace = plane.store.get('namespaces', key);
  if (!namespace) return;
  const { name } = namespace.metadata;
  if (!isTerminating(namespace)) {
    if (!api.get('serviceaccounts', name, 'default'))
      api.create('serviceaccounts', {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: 'default', namespace: name },
      });
    return;
  }
  const contents = resourcesOf(plane).flatMap((resource) => plane.store.list(resource, name));
  for (const object of contents) api.delete(object, { propagationPolicy: 'Background' });
  const remains = resourcesOf(plane).some((resource) => plane.store.list(resource, name).length > 0);
  // Released by its last finalizer, it is removed with this write.
  if (!remains) api.update({ ...namespace, spec: { ...objectAt(namespace, 'spec'), finalizers: [] } });
}

function resourcesOf(plane: ControlPlane): string[] {
  const kinds = plane.registry.kinds().filter(({ namespaced }) => namespaced);
  return [...new Set(kinds.map(resourceOf))];
}
