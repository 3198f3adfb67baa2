import type { Pod } from '../../../model/pod.ts';
import { isSameContent } from '../../../pods/plan/same-content.ts';

/**
 * The same in every field used here: a kubelet's heartbeat raises the resourceVersion of a pod and of its node, and the
 * relay sends no event.
 */
export function isSamePod(listed: Pod, stored: Pod): boolean {
  return isSameContent(withoutVersions(listed), withoutVersions(stored));
}

function withoutVersions({ node, ...pod }: Pod): object {
  return { ...pod, resourceVersion: '', node: node && { ...node, resourceVersion: undefined } };
}
