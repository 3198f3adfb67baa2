import { actionText, type Resource, statusPath } from './resources.ts';
import type { Request } from './transport.ts';

/** Exactly one object, not another one that has its name by now. */
export interface PatchTarget {
  /** Absent for a cluster-scoped kind. */
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid: string;
}

/**
 * The request that patches an object's status. In a kind of the core group, lists with keys are merged by key (a pod's
 * conditions by type); the API server knows no keys of custom kinds, whose lists are replaced. The uid in the patch is
 * a condition in the core group, where the API server refuses to change it. In a custom kind it ignores the uid
 * (apiextensions' status strategy restores the old metadata first): a status meant for an earlier object of the name
 * stays until the new object's own status is written.
 */
export function statusPatch(
  resource: Resource,
  { namespace, name, uid }: PatchTarget,
  patch: Readonly<Record<string, unknown>>,
): Request {
  const isCore = !resource.apiVersion.includes('/');
  return {
    action: actionText('patch', resource, namespace, { name, subresource: 'status' }),
    path: statusPath(resource, namespace, name),
    method: 'PATCH',
    body: {
      contentType: isCore ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json',
      text: JSON.stringify({ ...patch, metadata: { uid } }),
    },
  };
}
