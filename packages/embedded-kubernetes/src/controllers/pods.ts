import { at, isObject, listAt, stringAt } from '../model/json.ts';
import { isTerminating, type KubernetesObject } from '../model/objects.ts';

/** Whether a pod counts as a replica: it runs or will run. */
export function isActive(pod: KubernetesObject): boolean {
  return !hasEnded(pod) && !isTerminating(pod);
}

/** Whether its containers have ended for good. */
export function hasEnded(pod: KubernetesObject): boolean {
  const phase = stringAt(pod, 'status', 'phase');
  return phase === 'Succeeded' || phase === 'Failed';
}

export function isReady(pod: KubernetesObject): boolean {
  return at(readyCondition(pod), 'status') === 'True';
}

/** Milliseconds until a ready pod counts as available; 0 if it does, undefined if it is unready. */
export function untilAvailableMs(
  pod: KubernetesObject,
  minReadySeconds: number,
  now: number,
): number | undefined {
  if (!isReady(pod)) return undefined;
  const since = Date.parse(stringAt(readyCondition(pod), 'lastTransitionTime'));
  if (minReadySeconds === 0 || Number.isNaN(since)) return 0;
  return Math.max(0, since + minReadySeconds * 1000 - now);
}

function readyCondition(pod: KubernetesObject): unknown {
  return listAt(pod, 'status', 'conditions').find((each) => isObject(each) && each.type === 'Ready');
}
