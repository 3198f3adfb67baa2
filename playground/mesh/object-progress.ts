import { isDeepStrictEqual } from 'node:util';
import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { Change, Store } from '@eks-mesh-sync/embedded-kubernetes/storage/store.ts';
import { ownershipOf } from '../../shared/model/own-object.ts';
import type { Report } from '../progress.ts';

/** Reports changes of the objects that the functions made. Returns a function that ends it. */
export function reportObjects(store: Pick<Store, 'subscribe'>, report: Report): () => void {
  return store.subscribe(undefined, (change) => {
    const text = changeText(change);
    if (text !== undefined) report(text);
  });
}

/** `Kubernetes: VirtualService shop/cart created`; undefined for what is not ours or changes only in its status. */
export function changeText({
  type,
  object,
  previous,
}: Omit<Change, 'resource' | 'key' | 'revision'>): string | undefined {
  if (!isOurs(object) && !isOurs(previous)) return undefined;
  if (type === 'MODIFIED' && isDeepStrictEqual(object.spec, previous?.spec)) return undefined;
  const { namespace, name } = object.metadata;
  const done = { ADDED: 'created', MODIFIED: 'changed', DELETED: 'deleted' }[type];
  return `Kubernetes: ${object.kind} ${namespace ? `${namespace}/` : ''}${name} ${done}`;
}

function isOurs(object: KubernetesObject | undefined): boolean {
  return object !== undefined && ownershipOf(object) !== undefined;
}
