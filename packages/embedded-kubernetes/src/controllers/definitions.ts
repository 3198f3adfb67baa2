import { definitionsResource } from '../kinds/registry.ts';
import { at, listAt, objectAt, stringAt } from '../model/json.ts';
import { isTerminating, type KubernetesObject } from '../model/objects.ts';
import type { Api } from '../verbs/api.ts';
import { timestamp } from '../verbs/api-context.ts';
import { type ControlPlane, WorkQueue } from './control-plane.ts';

/** Marks each CustomResourceDefinition as established; deletes a terminating one's objects before it is removed. */
export function startDefinitionController(plane: ControlPlane): void {
  const api = plane.client('kube-apiserver');
  const queue = new WorkQueue(plane.timers, (key) => {
    const definition = plane.store.get(definitionsResource, key);
    if (definition && isTerminating(definition)) drain(plane, api, definition);
    else if (definition) api.updateStatus(definition, establishedStatus(definition));
  });
  plane.store.subscribe(definitionsResource, ({ key }) => queue.add(key));
  plane.store.subscribe(undefined, ({ type, resource }) => {
    if (type === 'DELETED' && plane.store.get(definitionsResource, `/${resource}`)) queue.add(`/${resource}`);
  });
}

function drain(plane: ControlPlane, api: Api, definition: KubernetesObject): void {
  const { name } = definition.metadata;
  for (const object of plane.store.list(name)) api.delete(object);
  if (plane.store.count(name) > 0) return;
  const finalizers = definition.metadata.finalizers?.filter(
    (each) => !each.startsWith('customresourcecleanup.'),
  );
  api.update({ ...definition, metadata: { ...definition.metadata, finalizers: finalizers ?? [] } });
}

function establishedStatus(definition: KubernetesObject) {
  const stored = listAt(definition, 'spec', 'versions').find((version) => at(version, 'storage') === true);
  const known = listAt(definition, 'status', 'conditions').find((each) => at(each, 'type') === 'Established');
  const since = stringAt(known, 'lastTransitionTime') || timestamp();
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    reason,
    message,
    lastTransitionTime: since,
  });
  return {
    acceptedNames: objectAt(definition, 'spec', 'names'),
    storedVersions: [stringAt(stored, 'name')],
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
  };
}
