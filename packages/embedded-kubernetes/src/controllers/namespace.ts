import { resourceOf } from '../kinds/kind.ts';
import { objectAt } from '../model/json.ts';
import { isTerminating, type KubernetesObject } from '../model/objects.ts';
import type { Api } from '../verbs/api.ts';
import { type ControlPlane, WorkQueue } from './control-plane.ts';

/** Creates the default ServiceAccount of each namespace; empties and removes deleted namespaces. */
export function startNamespaceController(plane: ControlPlane): void {
  const api = plane.client('kube-controller-manager');
  /** Terminating namespaces whose contents may be deleted, by uid. */
  const draining = new Set<string>();
  const queue = new WorkQueue(plane.timers, (key) => {
    const namespace = plane.store.get('namespaces', key);
    if (!namespace) return;
    if (!isTerminating(namespace)) ensureServiceAccount(api, namespace.metadata.name);
    else if (draining.has(namespace.metadata.uid)) drain(plane, api, namespace);
  });
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
    if (type === 'DELETED' && namespace !== undefined) queue.add(`/${namespace}`);
  });
}

function ensureServiceAccount(api: Api, namespace: string): void {
  if (api.get('serviceaccounts', namespace, 'default')) return;
  const metadata = { name: 'default', namespace };
  api.create('serviceaccounts', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
}

function drain(plane: ControlPlane, api: Api, namespace: KubernetesObject): void {
  const contents = () =>
    resourcesOf(plane).flatMap((resource) => plane.store.list(resource, namespace.metadata.name));
  for (const object of contents()) api.delete(object, { propagationPolicy: 'Background' });
  // Without its last finalizer, this write removes it.
  if (contents().length === 0)
    api.update({ ...namespace, spec: { ...objectAt(namespace, 'spec'), finalizers: [] } });
}

function resourcesOf(plane: ControlPlane): string[] {
  const kinds = plane.registry.kinds().filter(({ namespaced }) => namespaced);
  return [...new Set(kinds.map(resourceOf))];
}
