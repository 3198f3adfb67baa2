import type { KubernetesObject } from '@eks-mesh-sync/embedded-kubernetes/model/objects.ts';
import type { Change, Store } from '@eks-mesh-sync/embedded-kubernetes/storage/store.ts';
import type { Report } from '../progress.ts';
import { type MeshCondition, type MeshObject, meshObjectName } from './mesh-conditions.ts';

/** Reports changes of the conditions of mesh objects. Returns a function that ends it. */
export function reportConditions(store: Pick<Store, 'subscribe'>, report: Report): () => void {
  return store.subscribe(undefined, (change) => {
    for (const text of conditionTexts(change)) report(text);
  });
}

/** `VirtualNode shop/cart: VirtualNodeActive is now False, ReferenceMissing: …`, for each condition that differs. */
export function conditionTexts({
  type,
  object,
  previous,
}: Pick<Change, 'type' | 'object' | 'previous'>): readonly string[] {
  if (type === 'DELETED' || !object.apiVersion.startsWith('appmesh.k8s.aws/')) return [];
  const before = new Map(conditionsOf(previous).map((each) => [each.type, each]));
  return conditionsOf(object)
    .filter((condition) => !isSame(condition, before.get(condition.type)))
    .map(
      (condition) => `${meshObjectName(object as KubernetesObject & MeshObject)}: ${changeText(condition)}`,
    );
}

function conditionsOf(object: KubernetesObject | undefined): readonly MeshCondition[] {
  return (object as (KubernetesObject & MeshObject) | undefined)?.status?.conditions ?? [];
}

function isSame({ status, reason }: MeshCondition, before: MeshCondition | undefined): boolean {
  return status === before?.status && (status === 'True' || reason === before.reason);
}

function changeText({ type, status, reason, message = '' }: MeshCondition): string {
  if (status === 'True') return `${type} is now True`;
  return `${type} is now ${status}, ${reason}: ${message.trim().replaceAll(/\s*\n\s*/g, '; ')}`;
}
