import type { Pod } from '../../../model/pod.ts';
import { isSameContent } from '../../../pods/plan/same-content.ts';

/**
 * The same in every field used here: a kubelet's heartbeat raises the resourceVersion of a pod and of its node, and the
 * relay sends no event.
 */
export function isSamePod(listed: Pod, stored: Pod): boolean {
  return isSameContent(withoutVersions(listed), withoutVersions(stored));
}

/**
 * The same in what changes during a pod's life. It is fast, because a sweep compares each pod that is at the stored version.
 * A relay of an earlier version stored no reason.
 */
export function isSameState(listed: Pod, stored: Pod): boolean {
  return (
    listed.terminating === stored.terminating &&
    listed.phase === stored.phase &&
    isSameList(listed.ips, stored.ips) &&
    isSameTexts(listed.conditions, stored.conditions) &&
    (stored.notReadyReason === undefined || listed.notReadyReason === stored.notReadyReason) &&
    isSameTexts(listed.labels, stored.labels) &&
    isSameTexts(listed.annotations, stored.annotations)
  );
}

type Texts = Readonly<Record<string, string>>;

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

function isSameTexts(a: Texts, b: Texts): boolean {
  let count = 0;
  for (const key in a) {
    if (a[key] !== b[key]) return false;
    count++;
  }
  for (const _ in b) count--;
  return count === 0;
}

function withoutVersions({ node, ...pod }: Pod): object {
  return { ...pod, resourceVersion: '', node: node && { ...node, resourceVersion: undefined } };
}
