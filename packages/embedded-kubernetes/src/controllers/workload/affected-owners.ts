import { matchesLabels, selectorOf } from '../../kinds/label-selector.ts';
import { at } from '../../model/json.ts';
import { controllerOf, type KubernetesObject, keyOf } from '../../model/objects.ts';
import type { Change, Store } from '../../storage/store.ts';

/** The keys of the owners of a kind that a change affects: before it, after it, and those that may adopt an orphan. */
export function affectedOwners(
  store: Store,
  { resource, kind }: { readonly resource: string; readonly kind: string },
  { object, previous }: Change,
): string[] {
  const { namespace = '' } = object.metadata;
  const owners = [object, previous].flatMap((each) => {
    const owner = each && controllerOf(each);
    return owner?.kind === kind ? [`${namespace}/${owner.name}`] : [];
  });
  if (controllerOf(object)) return owners;
  const adopters = store.list(resource, namespace).filter((owner) => selects(owner, object));
  return [...owners, ...adopters.map(keyOf)];
}

/** Whether the owner's label selector matches; an owner without one selects nothing. */
function selects(owner: KubernetesObject, object: KubernetesObject): boolean {
  const selector = at(owner, 'spec', 'selector');
  return selector !== undefined && matchesLabels(object.metadata.labels, selectorOf(selector));
}
